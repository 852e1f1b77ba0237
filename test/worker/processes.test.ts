import { beforeAll, expect, test } from 'vitest';
import { findAccount, type Ledger, sandboxUrl, unknownOrders } from '../../src/ledger/index.ts';
import type { Books } from '../../src/sandbox/index.ts';
import type { Child } from '../support/child.ts';
import { startWorker } from '../support/cli.ts';
import { breachesOf, sql } from '../support/ledger.ts';
import { writePlan } from '../support/plan-on-disk.ts';
import { runHere } from '../support/run-here.ts';
import {
  describeInModes,
  environmentOf,
  openLedger,
  POSTGRES_AND_REDIS,
} from '../support/storage.ts';
import { until } from '../support/until.ts';
import { untilEnded } from '../support/workplace.ts';

async function submit(path: string, env: Record<string, string>): Promise<number> {
  const { code, stdout } = await runHere(['submit', path, '--start', '--json'], { env });
  expect(code).toBe(0);
  return JSON.parse(stdout).id;
}

async function sharedBooks(ledger: Ledger): Promise<Books> {
  const { id } = await findAccount(ledger, 'sandbox');
  const response = await fetch(new URL('/sandbox/books', (await sandboxUrl(ledger, id))!));
  return (await response.json()) as Books;
}

describeInModes([POSTGRES_AND_REDIS], 'two worker processes', ({ makeStorage }) => {
  let env: Record<string, string>;
  let ledger: Ledger;
  let host: Child;
  let other: Child;
  beforeAll(async () => {
    const storage = await makeStorage();
    env = { ...environmentOf(storage), RATE: '20' };
    ledger = await openLedger(storage);
    // Without a vendor's address the first of them opens a sandbox that all of them share.
    host = await startWorker(env);
    const first = await sandboxAddress();
    other = await startWorker(env);
    expect(await sandboxAddress()).toBe(first);
  });
  const sandboxAddress = async () => sandboxUrl(ledger, (await findAccount(ledger, 'sandbox')).id);

  test('share a sandbox and a plan; without the one that has it the other opens one', async () => {
    const first = await sandboxAddress();
    const planId = await submit(writePlan(`area_code,quantity\n${'212,1\n'.repeat(80)}`), env);
    await until(async () => (await sharedBooks(ledger)).sold >= 15, { what: 'it is under way' });
    host.kill();
    expect((await host.exited).code).toBe(0);
    const goneAt = new Date();
    const plan = await untilEnded(ledger, planId);
    expect(plan).toMatchObject({ state: 'finished', undelivered: 0, pending: 0 });
    // An order that was on its way when the vendor closed its door is unknown, and rightly so.
    expect(plan.bought + plan.unknown).toBe(80);
    for (const { sentAt } of await unknownOrders(ledger, { planId })) {
      expect(sentAt.getTime()).toBeLessThanOrEqual(goneAt.getTime());
    }
    expect(await sandboxAddress()).not.toBe(first);
    const text = `select distinct worker from ledger.attempts t
      join ledger.orders o on o.id = t.order_id where o.plan_id = $1`;
    expect(await sql(ledger, text, [planId])).toHaveLength(2);
    other.kill();
    expect((await other.exited).code).toBe(0);
    expect(await sandboxAddress()).toBeNull();
    expect(await breachesOf(ledger)).toEqual([]);
  });
});
