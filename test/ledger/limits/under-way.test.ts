/** A limit of a day is set while a claim is under way. */

import { expect, test } from 'vitest';
import { changeAccount } from '../../../src/ledger/index.ts';
import type { Limit } from '../../../src/limits/index.ts';
import { BY } from '../../support/by.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newPlan } from '../../support/plans.ts';
import { claim } from '../../support/sending.ts';
import { untilWaiting } from '../held-up.ts';

const ofPlan: Limit = { person: null, period: 'plan', numbers: 1_000, money: null };

describeOnPostgres('a limit of a day', (given) => {
  test.each<[string, Limit[]]>([
    ['beside none', []],
    ['beside one of a plan', [ofPlan]],
  ])('%s counts what a claim takes that it overtakes', async (_, before) => {
    const { ledger, another } = given;
    const plan = await newPlan(ledger, { lines: linesOf(25, 25) });
    const { name } = plan.account;
    if (before.length > 0) await changeAccount(ledger, name, { limits: before }, BY);
    const [first, second] = plan.orders as [number, number];
    let limiting: Promise<unknown> = Promise.resolve();
    await another().transaction(async (tx) => {
      await claim({ ...ledger, ...tx }, plan, [first]);
      const limits = [...before, dailyLimit(25)];
      limiting = changeAccount(ledger, name, { limits }, BY);
      // Setting it waits for the claim, and then counts what that has claimed.
      await untilWaiting(another(), 1);
    });
    await limiting;
    expect(await claim(ledger, plan, [second])).toEqual([]);
    const [row] = await sql<{ sending: number }>(
      ledger,
      `select coalesce(sum(quantity), 0)::int as sending from ledger.orders
       where plan_id = $1 and state = 'sending'`,
      [plan.id],
    );
    expect(row).toEqual({ sending: 25 });
  });
});
