/**
 * The ledger's real tables and statements, in PGlite in memory. Its clock, which run of it this is
 * and what it holds are the simulation's to set: it can be put back to what it held before.
 *
 * One statement or transaction after the other: how two of them interleave is not simulated.
 */
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { type Ledger, migrate } from '../../src/ledger/index.ts';

type Queries = Pick<Ledger, 'query' | 'script'>;

export type Database = Awaited<ReturnType<typeof openDatabase>>;

/** A statement that is planned at each of its first calls costs a sixth more. */
const SIMULATED = `
  create schema snapshot; set plan_cache_mode = force_generic_plan;
  create or replace function ledger.now() returns timestamptz volatile parallel safe language sql
    as $$ select current_setting('simulated.now')::timestamptz $$;
  create or replace function ledger.incarnation() returns text volatile language sql
    as $$ select current_setting('simulated.incarnation') $$;
  create or replace function ledger.lineage() returns text volatile language sql
    as $$ select current_setting('simulated.lineage') $$;`;

/** A text that differs from call to call would be prepared, and kept, each time. */
const MOST_TEXTS = 500;

export async function openDatabase() {
  const db = await PGlite.create({ loadDataDir: await dataDir() });
  const prepared = new Map<string, string>();
  let clock = () => 0;
  let shown = '';
  let turns = 0;

  /** Prepared once, as on PostgreSQL; with the clock set before it, in one go. */
  async function run<Row>(on: PGlite | Transaction, sql: string, values: readonly unknown[]) {
    let name = prepared.get(sql);
    if (name === undefined) {
      if (prepared.size === MOST_TEXTS) throw new Error(`One text too many is prepared: ${sql}`);
      name = `s${prepared.size}`;
      await on.exec(`prepare ${name} as ${sql}`);
      prepared.set(sql, name);
    }
    const now = new Date(clock()).toISOString();
    const set = now === shown ? '' : `set simulated.now = '${now}';`;
    shown = '';
    const given = values.length > 0 ? `(${values.map(literal).join(',')})` : '';
    const results = await on.exec(`${set}execute ${name}${given}`);
    shown = now;
    return (results.at(-1)?.rows ?? []) as Row[];
  }

  const queriesOn = (on: PGlite | Transaction): Queries => ({
    query: (sql, values = []) => run(on, sql, values),
    script: async (sql) => void (await on.exec(sql)),
  });

  const ledger: Ledger = {
    kind: 'embedded',
    journal: null,
    warnings: [],
    ended: new Promise(() => {}),
    ...queriesOn(db),
    transaction: (work) =>
      db.transaction((tx) => {
        const copy = async (into: string, rows: Uint8Array) => {
          await tx.query(`copy ${into} from '/dev/blob'`, [], {
            blob: new Blob([Buffer.from(rows)]),
          });
        };
        return work({ ...queriesOn(tx), copy });
      }),
    queuePool: null,
    close: async () => {},
  };
  await migrate(ledger);
  await db.exec(SIMULATED);
  const tables = await tablesOf(db);
  await db.exec(tables.map(({ name }) => copyTable(name)).join(''));
  const forget = tables.map(({ name }) => `ledger.${name}`).join(', ');

  /** Draws all that chance decides in the database from this seed on. */
  const seedIt = (seed: number) => db.exec(`select setseed(${(seed % 1000) / 1000})`);

  return {
    /** What a process that is never cut off from it would use. */
    ledger,
    /** Empties it. From now on its clock shows what `ticking` says, ms since 1970. */
    async begin(seed: number, ticking: () => number): Promise<void> {
      clock = ticking;
      shown = '';
      turns = 0;
      await db.exec(`truncate ${forget} restart identity`);
      await seedIt(seed);
    },
    /** Remembers what it holds now. */
    async snapshot() {
      await db.exec(
        tables
          .map(
            ({ name }) =>
              `delete from snapshot.${name}; insert into snapshot.${name} select * from
                ledger.${name};`,
          )
          .join(''),
      );
    },
    /** Puts back what was remembered. */
    async goBack() {
      turns += 1;
      await db.exec(
        `set session_replication_role = replica; truncate ${forget} restart identity;
         ${tables.map(putBack).join('')} set session_replication_role = origin;`,
      );
      await seedIt(turns * 37);
    },
    /** Which run of the database this is, and which history it belongs to. */
    async set(what: 'incarnation' | 'lineage', value: string) {
      await db.exec(`set simulated.${what} = '${value}'`);
    },
    close: () => db.close(),
  };
}

type Table = { name: string; columns: string; identity: string | null };

async function tablesOf(db: PGlite): Promise<Table[]> {
  const { rows } = await db.query<Table>(
    `select t.table_name as name,
       (select string_agg(c.column_name, ', ') from information_schema.columns c
        where c.table_schema = 'ledger' and c.table_name = t.table_name
          and c.is_generated = 'NEVER') as columns,
       (select c.column_name from information_schema.columns c
       where c.table_schema = 'ledger' and c.table_name = t.table_name
          and c.is_identity = 'YES') as identity
     from information_schema.tables t
     where t.table_schema = 'ledger' and t.table_type = 'BASE TABLE'
       and t.table_name <> 'migrations' order by 1`,
  );
  return rows;
}

const copyTable = (name: string) =>
  `create table snapshot.${name} as select * from ledger.${name} with no data;`;

/** Its ids are given out again from there: a sequence that went back knows no better. */
function putBack({ name, columns, identity }: Table): string {
  const rows = `insert into ledger.${name} (${columns}) overriding system value
    select ${columns} from snapshot.${name};`;
  if (identity === null) return rows;
  return `${rows} select setval(pg_get_serial_sequence('ledger.${name}', '${identity}'),
    (select coalesce(max(${identity}), 1) from ledger.${name}),
    exists (select from ledger.${name}));`;
}

/** As text in quotes: the statement's own types read it. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return `'${textOf(value).replaceAll("'", "''")}'`;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return `"${textOf(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
