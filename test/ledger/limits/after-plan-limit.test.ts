/**
 * An account has a limit of a plan, and gets one of a day while a claim waits for an order that a
 * person's transaction holds. Without a limit before, setting one waits for such claims.
 */
import { expect, test } from 'vitest';
import { changeAccount } from '../../../src/ledger/index.ts';
import type { Limit } from '../../../src/limits/index.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newPlan } from '../../support/plans.ts';
import { claim } from '../../support/sending.ts';
import { until } from '../../support/until.ts';
import { untilWaiting } from '../held-up.ts';

const BY = { who: 'Ada', why: 'less, please' };
const ofPlan: Limit = { person: null, period: 'plan', numbers: 1_000, money: null };

describeOnPostgres('a limit of a day', (given) => {
  test.each<[string, Limit[]]>([
    ['beside none', []],
    ['beside one of a plan', [ofPlan]],
  ])('%s is not exceeded by a claim that it overtakes', async (_, before) => {
    const { ledger, another } = given;
    const plan = await newPlan(ledger, { lines: linesOf(25, 25) });
    const { name } = plan.account;
    if (before.length > 0) await changeAccount(ledger, name, { limits: before }, BY);
    const [first, second] = plan.orders as [number, number];
    const worker = another();
    let claiming: Promise<unknown> = Promise.resolve();
    let limiting: Promise<unknown> = Promise.resolve();
    let isLimited = false;
    await another().transaction(async (tx) => {
      await tx.script(`select from ledger.orders where id = ${first} for update`);
      claiming = claim(worker, plan, [first]);
      await untilWaiting(ledger, 1);
      limiting = changeAccount(ledger, name, { limits: [...before, dailyLimit(25)] }, BY).then(
        () => {
          isLimited = true;
        },
      );
      // Either it is set, or it waits for the claim as well.
      const waits = async () =>
        (
          await sql(
            another(),
            `select pid from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
          )
        ).length === 2;
      await until(async () => isLimited || (await waits()), { what: 'the limit is set, or waits' });
      if (isLimited) await claim(ledger, plan, [second]);
    });
    await Promise.all([claiming, limiting]);
    await claim(ledger, plan, [second]);
    const [row] = await sql<{ sending: number }>(
      ledger,
      `select coalesce(sum(quantity), 0)::int as sending from ledger.orders
       where plan_id = $1 and state = 'sending'`,
      [plan.id],
    );
    expect(row).toEqual({ sending: 25 });
  });
});
