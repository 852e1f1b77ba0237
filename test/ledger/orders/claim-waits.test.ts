/** A person stops orders that others hold, while they are being claimed. */

import { expect, test } from 'vitest';
import { changeAccount, type Ledger, steerPlan } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newPlan, type SmallPlan } from '../../support/plans.ts';
import { claim } from '../../support/sending.ts';
import { untilWaiting } from '../held-up.ts';

const STOPS: [string, (ledger: Ledger, plan: SmallPlan) => Promise<unknown>][] = [
  ['the account is paused', (ledger, { account }) => changeAccount(ledger, account.name, STOP, BY)],
  ['the plan is paused', (ledger, { id }) => steerPlan(ledger, id, 'pause', BY)],
  ['the plan is cancelled', (ledger, { id }) => steerPlan(ledger, id, 'cancel', BY)],
];
const STOP = { pause: 'stop' };

describeOnPostgres('a claim', (given) => {
  test('passes by an order that is held, and takes the others', async () => {
    const { ledger, another } = given;
    const plan = await newPlan(ledger, { lines: linesOf(1, 1, 1) });
    const claimed = await another().transaction(async (tx) => {
      await tx.script(`select from ledger.orders where id = ${plan.orders[0]} for update`);
      return claim(ledger, plan);
    });
    expect(claimed.map(({ id }) => id)).toEqual(plan.orders.slice(1));
    expect((await claim(ledger, plan)).map(({ id }) => id)).toEqual(plan.orders.slice(0, 1));
  });

  test.each(STOPS)('that waited for the limits takes none once %s', async (_, stop) => {
    const { ledger, another } = given;
    const plan = await newPlan(ledger, { lines: linesOf(1, 1, 1) });
    await changeAccount(ledger, plan.account.name, { limits: [dailyLimit(25)] }, BY);
    let claiming: ReturnType<typeof claim> = Promise.resolve([]);
    await another().transaction(async (tx) => {
      await tx.script(`select ledger.lock_limits(${plan.account.id}::smallint)`);
      claiming = claim(another(), plan);
      await untilWaiting(ledger, 1);
      await stop(ledger, plan);
    });
    expect(await claiming).toEqual([]);
  });
});
