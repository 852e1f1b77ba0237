import type { Queries } from '../../ledger.ts';

const LOOK_EVERY_MS = 1_000;

/** Tables of at least 16 pages that have doubled since they were last counted. */
const GROWN = `
  select 'ledger.' || quote_ident(c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'ledger' and c.relkind = 'r'
    and pg_relation_size(c.oid) >= 2 * greatest(c.relpages, 8) * 8192`;

/**
 * PGlite has no process that counts what is in the tables. Without counts a statement that is
 * prepared while they are small reads them whole, however large they become. Counting lets all
 * statements be planned anew. Begins now; what it returns ends it.
 */
export function keepStatistics({ query, script }: Queries): () => void {
  const count = async () => {
    for (const { name } of await query<{ name: string }>('tables_grown', GROWN))
      await script(`analyze ${name}`);
  };
  // Plans are less good without, and a database that has stopped says so to everybody else.
  const look = () => void count().catch(() => {});
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
