import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { OWN_FOLDER } from '../../own-folder.ts';
import type { Ledger } from '../ledger.ts';

const SET_BY_US =
  'Let DATABASE_URL name a server, or a pooler that passes on the startup parameter "options"';

/** What the statements rest on, and what to do where it is otherwise. */
const SETTINGS: [name: string, needed: string, advice: string][] = [
  [
    'server_encoding',
    'UTF8',
    'Answers of the vendor may not fit into it. Make a database with encoding UTF8',
  ],
  [
    'session_replication_role',
    'origin',
    'Then no trigger works, and no limit holds. Reset it for the user and the database',
  ],
  ['default_transaction_isolation', 'read committed', SET_BY_US],
  ['synchronous_commit', 'on', SET_BY_US],
];

/** Objects of a PostgreSQL dump that keep the rules, by their names. */
const KEEPER =
  /CREATE (?:CONSTRAINT )?TRIGGER (\w+)|CREATE UNIQUE INDEX (\w+)|CONSTRAINT (\w+) (?!TRIGGER)/g;

const NAMES_SHOWN = 3;

/**
 * Throws AppError `ledger_down` unless the database keeps the rules of its tables: a restore that
 * was cut off has all rows and no triggers, and would buy without end. The embedded one is whole.
 */
export async function requireSound(ledger: Ledger): Promise<void> {
  if (ledger.kind === 'embedded') return;
  const [found] = await ledger.query<{ settings: string[]; missing: string[] }>(SOUNDNESS, [
    SETTINGS.map(([name]) => name),
    keepers(),
  ]);
  const { settings = [], missing = [] } = found ?? {};
  for (const [at, [name, needed, advice]] of SETTINGS.entries())
    if (settings[at] !== needed)
      throw unsound(`PostgreSQL has ${name} = ${settings[at]} instead of ${needed}. ${advice}`);
  if (missing.length > 0)
    throw unsound(
      `The database lacks ${missing.length} of the rules that keep an order from being bought ` +
        `twice, such as ${missing.slice(0, NAMES_SHOWN).join(', ')}: a restore may have been cut ` +
        'off, or may still be running. Restore the whole database once more',
    );
}

const unsound = (words: string) => new AppError('ledger_down', `${words}. Nothing is bought.`);

/** Names that schema.sql shows: what the migrations make together. */
function keepers(): string[] {
  named ??= [
    ...readFileSync(join(OWN_FOLDER, 'ledger/database/schema.sql'), 'utf8').matchAll(KEEPER),
  ].map(([, trigger, index, constraint]) => (trigger ?? index ?? constraint) as string);
  return named;
}
let named: string[] | undefined;

/** Disabled, it is as good as missing. */
const SOUNDNESS = `
with kept as (
  select tgname as name from pg_trigger join pg_class c on c.oid = tgrelid
  where c.relnamespace = 'ledger'::regnamespace and tgenabled in ('O', 'A')
  union all
  select conname from pg_constraint
  where connamespace = 'ledger'::regnamespace and convalidated
  union all
  select c.relname from pg_index join pg_class c on c.oid = indexrelid
  where c.relnamespace = 'ledger'::regnamespace and indisunique and indisvalid)
select
  array(select current_setting(name) from unnest($1::text[]) with ordinality s(name, place)
        order by place) as settings,
  array(select name from unnest($2::text[]) needed(name)
        where not exists (select from kept where kept.name = needed.name)
        order by name) as missing`;
