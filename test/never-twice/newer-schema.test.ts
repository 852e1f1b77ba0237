import { expect } from 'vitest';
import { sql } from '../support/ledger.ts';
import { describeWithPostgres, freshDatabase } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { logOf, openDrill, startWorker } from './drill.ts';
import { testSideBySide } from './side-by-side.ts';

/** A migration of a later version, as a rolling upgrade runs it beside workers of this one. */
const NEWER = `insert into ledger.migrations (version, name) values (900, '0900_later.sql')`;

async function upgradeAndBack(): Promise<void> {
  const storage = { dataDir: '', databaseUrl: (await freshDatabase()).url, redisUrl: null };
  const drill = await openDrill(storage, { latencyMs: 500, rate: 10 });
  const worker = await startWorker(drill);
  const plan = await drill.plan(60);
  await drill.untilArrived(15);

  await sql(drill.ledger, NEWER);
  const claimed = async () => (await sql(drill.ledger, 'select 1 from ledger.attempts')).length;
  await drill.untilQuiet();
  const before = await claimed();
  const isSaid = () =>
    logOf(worker).some(({ msg }) => /newer than this program knows/.test(String(msg)));
  await until(isSaid, { what: 'the worker says so' });
  await drill.untilQuiet();
  expect(await claimed()).toBe(before);
  // What was in flight has still been answered and recorded.
  const [left] = await sql<{ n: number }>(
    drill.ledger,
    `select count(*)::int as n from ledger.orders where state = 'sending'`,
  );
  expect(left!.n).toBe(0);

  await sql(drill.ledger, 'delete from ledger.migrations where version = 900');
  expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 60 } });
}

describeWithPostgres('a schema that is newer than a worker knows', () => {
  testSideBySide({
    'stops its claims until it is put back; what is in flight is finished': upgradeAndBack,
  });
});
