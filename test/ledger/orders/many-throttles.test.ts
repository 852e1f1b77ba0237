/**
 * A vendor that asks for a pause of one second, all weekend: the same order is tried about once a
 * second, and each try is an attempt.
 */
import { expect, test } from 'vitest';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo } from '../../support/sending.ts';

describeOnALedger('an order that was throttled 32,767 times', (given) => {
  test('is sent once the vendor takes orders again', async () => {
    const plan = await given.newPlan();
    const [id] = plan.orders;
    const throttled = async () =>
      given.recordAnswers(plan.account.id, [
        answerTo(await given.claimOne(plan, id), 'throttled', { retryAfterMs: 1 }),
      ]);
    await throttled();
    // As many times again as a vendor makes of them in nine hours.
    await given.sql(
      `insert into ledger.attempts (order_id, no, worker, nonce, outcome, status, answered_at)
       select $1, no, 'w', 1, 'throttled', 429, ledger.now() from generate_series(2, 32766) no`,
      [id],
    );
    await given.sql('update ledger.orders set attempts = 32766 where id = $1', [id]);
    await throttled();
    expect(await given.breachesOf(plan.id)).toEqual([]);
    const order = await given.claimOne(plan, id);
    await given.recordAnswers(plan.account.id, [answerTo(order, 'filled')]);
  });
});
