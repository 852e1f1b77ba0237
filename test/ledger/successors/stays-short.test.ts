import { expect, test } from 'vitest';
import { doubtOrders, orderId } from '../../../src/ledger/index.ts';
import { doubtAnswered } from '../../../src/ledger/orders/doubt.ts';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('an order that stays short though a later attempt was sent', (given) => {
  /** It brought 5 of 25, and its successor has just been claimed. */
  const withSuccessor = async () => {
    const plan = await given.ladderPlan({ steps: [step(1, '332')] });
    const { order: first } = await given.sendOne(plan, 'short', { numbers: newNumbers(5) });
    await given.openSuccessors(plan.account.id, 3_600_000);
    const [second] = await given.claim(plan, [orderId(plan.id, 2)]);
    return { plan, first, second: second! };
  };
  const findLater = ({ account }: SmallPlan, id: number) =>
    given.ledger.transaction((tx) =>
      doubtOrders(tx, {
        ...{ accountId: account.id, lost: [{ orderId: id, attempt: 2 }] },
        ...{ deadlineMs: 0, what: 'it was sent again' },
      }),
    );

  test('keeps what the later answer names: it was paid for', async () => {
    const { ledger } = given;
    const plan = await given.newPlan();
    const { order: first } = await given.sendOne(plan, 'short', { numbers: newNumbers(3) });
    const numbers = newNumbers(7);
    const late = { ...answerTo(first, 'short', { numbers }), attempt: 2, nonce: 99 };
    const context = { accountId: plan.account.id, deadlineMs: 0 };
    await given.record(plan, ...(await doubtAnswered(ledger, context, [late])));
    const surplus = await given.surplusNumbers(plan.id);
    expect(surplus.map(({ number }) => number).sort()).toEqual([...numbers].sort());
  });

  test('has no successor sent again that had been sent before', async () => {
    const { plan, first, second } = await withSuccessor();
    await given.record(plan, answerTo(second, 'not_sent'));
    await findLater(plan, first.id);
    expect(await given.claim(plan, [second.id])).toEqual([]);
    const [event] = await given.planEvents(plan.id, 1);
    expect(event?.why).toContain('it may have bought more than is recorded');
  });

  test('has no successor that a person can send again', async () => {
    const { plan, first, second } = await withSuccessor();
    await given.record(plan, answerTo(second, 'refused'));
    await findLater(plan, first.id);
    await given.retryPlan(plan.id, BY).catch(() => 0);
    expect(await given.claim(plan, [second.id])).toEqual([]);
  });

  test('is not sent again when its settlement is taken back', async () => {
    const plan = await given.newPlan();
    const { order } = await given.sendOne(plan, 'unknown');
    await given.settleOrder(order.id, { bought: newNumbers(3) }, BY, ANYHOW);
    expect(await findLater(plan, order.id)).toEqual([order.id]);
    await given.unsettleOrder(order.id, BY);
    await given.settleOrder(order.id, NOTHING, BY, ANYHOW);
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'short' });
    expect(await given.claim(plan)).toEqual([]);
  });
});
