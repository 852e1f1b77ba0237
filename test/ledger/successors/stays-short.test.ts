import { expect, test } from 'vitest';
import {
  doubtOrders,
  openSuccessors,
  orderId,
  planEvents,
  retryPlan,
  settleOrder,
  surplusNumbers,
  unsettleOrder,
} from '../../../src/ledger/index.ts';
import { doubtAnswered } from '../../../src/ledger/orders/doubt.ts';
import { BY } from '../../support/by.ts';
import { ladderPlan, step } from '../../support/ladder-plan.ts';
import { orderRow } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, claim, newNumbers, record, sendOne } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('an order that stays short though a later attempt was sent', (given) => {
  /** It brought 5 of 25, and its successor has just been claimed. */
  const withSuccessor = async () => {
    const plan = await ladderPlan(given.ledger, { steps: [step(1, '332')] });
    const { order: first } = await sendOne(given.ledger, plan, 'short', { numbers: newNumbers(5) });
    await openSuccessors(given.ledger, plan.account.id, 3_600_000);
    const [second] = await claim(given.ledger, plan, [orderId(plan.id, 2)]);
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
    const plan = await newPlan(ledger);
    const { order: first } = await sendOne(ledger, plan, 'short', { numbers: newNumbers(3) });
    const numbers = newNumbers(7);
    const late = { ...answerTo(first, 'short', { numbers }), attempt: 2, nonce: 99 };
    const context = { accountId: plan.account.id, deadlineMs: 0 };
    await record(given.ledger, plan, ...(await doubtAnswered(ledger, context, [late])));
    const surplus = await surplusNumbers(ledger, plan.id);
    expect(surplus.map(({ number }) => number).sort()).toEqual([...numbers].sort());
  });

  test('has no successor sent again that had been sent before', async () => {
    const { plan, first, second } = await withSuccessor();
    await record(given.ledger, plan, answerTo(second, 'not_sent'));
    await findLater(plan, first.id);
    expect(await claim(given.ledger, plan, [second.id])).toEqual([]);
    const [event] = await planEvents(given.ledger, plan.id, 1);
    expect(event?.why).toContain('it may have bought more than is recorded');
  });

  test('has no successor that a person can send again', async () => {
    const { plan, first, second } = await withSuccessor();
    await record(given.ledger, plan, answerTo(second, 'refused'));
    await findLater(plan, first.id);
    await retryPlan(given.ledger, plan.id, BY).catch(() => 0);
    expect(await claim(given.ledger, plan, [second.id])).toEqual([]);
  });

  test('is not sent again when its settlement is taken back', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger);
    const { order } = await sendOne(ledger, plan, 'unknown');
    await settleOrder(ledger, order.id, { bought: newNumbers(3) }, BY, ANYHOW);
    expect(await findLater(plan, order.id)).toEqual([order.id]);
    await unsettleOrder(ledger, order.id, BY);
    await settleOrder(ledger, order.id, NOTHING, BY, ANYHOW);
    expect(await orderRow(ledger, order.id)).toMatchObject({ state: 'short' });
    expect(await claim(ledger, plan)).toEqual([]);
  });
});
