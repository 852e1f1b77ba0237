import { expect, test } from 'vitest';
import { type Ledger, recordAnswers } from '../../../src/ledger/index.ts';
import { BY, withNewReason } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('an order that is to be sent again, and the list', (given) => {
  const owned = newNumbers(3, '646');

  /** An order for ten in 212, sent after a list; nobody knows what it bought. */
  const unknown = async (): Promise<SmallPlan> => {
    const plan = await given.newPlan();
    await given.readList(plan.account, owned);
    await given.sendOne(plan, 'unknown', { status: 502, body: 'Bad gateway' });
    return plan;
  };
  const settle = ({ orders }: SmallPlan, options = {}) =>
    given.settleOrder(orders[0]!, NOTHING, BY, options);
  const list = ({ account }: SmallPlan, ...numbers: string[]) =>
    given.readList(account, [...owned, ...numbers]);
  const stateOf = async (plan: SmallPlan, n = 0) => (await given.orderRow(plan.orders[n]!)).state;

  /** A list that lags shows nothing, and the order is settled by it. */
  const settled = async (): Promise<SmallPlan> => {
    const plan = await unknown();
    await list(plan);
    await settle(plan);
    expect(await stateOf(plan)).toBe('waiting');
    return plan;
  };

  test('is unknown again once a list has what it may have bought', async () => {
    const plan = await settled();
    await list(plan, ...newNumbers(10));
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('this order may have bought'),
    });
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('waits on when the list has only what it cannot have bought', async () => {
    const plan = await settled();
    await list(plan, ...newNumbers(10, '313'));
    expect(await stateOf(plan)).toBe('waiting');
  });

  test('is held up also when it was sent since, and not taken', async () => {
    const plan = await settled();
    const again = await given.claimOne(plan);
    await given.record(plan, answerTo(again, 'throttled'));
    await list(plan, ...newNumbers(10));
    expect(await stateOf(plan)).toBe('unknown');
  });

  test('is asked about once: a person says that it is to be sent', async () => {
    const plan = await settled();
    const strays = newNumbers(10);
    await list(plan, ...strays);
    await expect(settle(plan, { attempt: 2 })).rejects.toMatchObject({ code: 'against_evidence' });
    await settle(plan, { attempt: 2, ...ANYHOW });
    expect(await stateOf(plan)).toBe('waiting');
    await list(plan, ...strays);
    expect(await stateOf(plan)).toBe('waiting');
    await list(plan, ...strays, ...newNumbers(1));
    expect(await stateOf(plan)).toBe('unknown');
  });

  test('goes on when the numbers are foreign, and not once that is taken back', async () => {
    const plan = await unknown();
    const strays = newNumbers(10);
    await list(plan, ...strays);
    await given.callForeign(plan, strays);
    await settle(plan);
    await list(plan, ...strays);
    expect(await stateOf(plan)).toBe('waiting');
    await given.callForeign(plan, strays, { undo: true });
    expect(await stateOf(plan)).toBe('unknown');
  });

  test('waits on while another unknown order explains the numbers', async () => {
    const plan = await given.newPlan({ lines: [line({ quantity: 50 })] });
    await list(plan);
    const [, second] = await given.claim(plan, plan.orders, { deadlineMs: -1 });
    await given.expireAttempts(plan.account.id);
    const strays = newNumbers(10);
    await list(plan, ...strays);
    await settle(plan);
    await list(plan, ...strays);
    expect(await stateOf(plan)).toBe('waiting');
    // It says late that it bought nothing, so the first one may have.
    await given.record(plan, answerTo(second!, 'refused'));
    await list(plan, ...strays);
    expect([await stateOf(plan), await stateOf(plan, 1)]).toEqual(['unknown', 'refused']);
  });

  test.each(['refused', 'short', 'not_sent'] as const)(
    'is unknown when the one that was to explain the numbers is late to be %s',
    async (outcome) => {
      const plan = await given.newPlan({ lines: [line({ quantity: 50 })] });
      await list(plan);
      const [, second] = await given.claim(plan, plan.orders, { deadlineMs: -1 });
      await given.expireAttempts(plan.account.id);
      await list(plan, ...newNumbers(10));
      await settle(plan);
      await given.record(plan, answerTo(second!, outcome));
      expect(await stateOf(plan)).toBe('unknown');
      expect(await given.claim(plan, [plan.orders[0]!])).toEqual([]);
      expect(await given.breachesOf(plan.id)).toEqual([]);
    },
  );

  test('is unknown when that one became unknown while its answer was being recorded', async () => {
    const plan = await given.newPlan({ lines: [line({ quantity: 50 })] });
    await list(plan);
    const [first, second] = await given.claim(plan, plan.orders, { deadlineMs: -1 });
    await given.record(plan, answerTo(first!, 'unknown'));
    const { ledger } = given;
    const query: Ledger['query'] = async (statement, values) => {
      const rows = await ledger.query<never>(statement, values);
      if (!statement.includes('record_late')) return rows;
      await given.expireAttempts(plan.account.id);
      await list(plan, ...newNumbers(10));
      await settle(plan);
      return rows;
    };
    const stopped = { ...ledger, query };
    await recordAnswers(stopped, plan.account.id, [answerTo(second!, 'not_sent')]);
    expect([await stateOf(plan), await stateOf(plan, 1)]).toEqual(['unknown', 'waiting']);
    expect(await given.claim(plan, [first!.id])).toEqual([]);
  });

  test('is unknown once none of those that were to explain the numbers bought them', async () => {
    const plan = await given.newPlan({ lines: [line({ quantity: 75 })] });
    await list(plan);
    for (const order of plan.orders) await given.sendOne(plan, 'unknown', {}, order);
    const strays = newNumbers(10);
    await list(plan, ...strays);
    const nothing = (n: number, options = {}) =>
      given.settleOrder(plan.orders[n]!, NOTHING, BY, options);
    const states = () => Promise.all([0, 1, 2].map((n) => stateOf(plan, n)));
    await nothing(0);
    await nothing(1);
    await nothing(2, ANYHOW);
    expect(await states()).toEqual(['unknown', 'unknown', 'waiting']);
    await nothing(0, { attempt: 2 });
    expect(await states()).toEqual(['waiting', 'unknown', 'waiting']);
    await nothing(1, { attempt: 2, ...ANYHOW });
    expect(await states()).toEqual(['unknown', 'waiting', 'waiting']);
    await nothing(0, { attempt: 3, ...ANYHOW });
    await list(plan, ...strays);
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting']);
  });

  test('is unknown when the answer of the other one names as many others as it lacks', async () => {
    const plan = await given.newPlan({ lines: [line({ quantity: 50 })] });
    await list(plan);
    await given.sendOne(plan, 'refused');
    const named = newNumbers(25);
    await given.sendOne(plan, 'unknown', { numbers: named }, plan.orders[1]);
    const strays = newNumbers(10);
    await list(plan, ...strays, ...named);
    await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({
      code: 'against_evidence',
    });
    await list(plan);
    await given.retryPlan(plan.id, BY);
    await list(plan, ...strays);
    expect(await stateOf(plan)).toBe('unknown');
  });

  /** The vendor refused an order in words that prove nothing. */
  const refused = async (): Promise<SmallPlan> => {
    const plan = await given.newPlan();
    await list(plan);
    await given.sendOne(plan, 'refused', { what: 'Your numbers are in your basket' });
    return plan;
  };

  test('is not retried after a refusal while the list has what it may have bought', async () => {
    const plan = await refused();
    const strays = newNumbers(10);
    await list(plan, ...strays);
    const objection =
      'The account owns 10 numbers that no order has and that the vendor may have sold to ' +
      `order ${plan.orders[0]}: ${strays.slice(0, 5).join(', ')} and 5 more.`;
    await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({
      code: 'against_evidence',
      message: expect.stringContaining(objection),
      details: { objections: [objection] },
    });
    expect(await stateOf(plan)).toBe('refused');
    expect(await given.retryPlan(plan.id, BY, ANYHOW)).toBe(1);
    await list(plan, ...strays);
    expect(await stateOf(plan)).toBe('waiting');
    const [event] = await given.planEvents(plan.id, 1);
    expect(event).toMatchObject({
      kind: 'plan_retried',
      detail: { orders: 1, againstEvidence: [objection] },
    });
  });

  test('is not retried by a request that comes again, against what nobody has seen', async () => {
    const plan = await refused();
    const strays = newNumbers(10);
    const retry = (by: typeof BY) => given.retryPlan(plan.id, by, ANYHOW);
    const refusedAgain = () => given.sendOne(plan, 'refused');
    await list(plan, ...strays);
    expect(await retry(BY)).toBe(1);
    await refusedAgain();
    // What speaks against it is what spoke against it before.
    expect(await retry(BY)).toBe(1);
    await refusedAgain();
    await list(plan, ...strays, ...newNumbers(3));
    await expect(retry(BY)).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('give another reason'),
    });
    expect(await stateOf(plan)).toBe('refused');
    expect(await retry(withNewReason())).toBe(1);
  });

  test('is retried by a request that comes again, against no more than before', async () => {
    const plan = await refused();
    const strays = newNumbers(7);
    const [, ...fewer] = strays;
    await list(plan, ...strays);
    await given.retryPlan(plan.id, BY, ANYHOW);
    await given.sendOne(plan, 'refused');
    await list(plan, ...fewer);
    expect(await given.retryPlan(plan.id, BY, ANYHOW)).toBe(1);
    await given.sendOne(plan, 'refused');
    // As many again, and the first of them are the same.
    await list(plan, ...fewer, ...newNumbers(1));
    const retrying = given.retryPlan(plan.id, BY, ANYHOW);
    await expect(retrying).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('is unknown when the list has the numbers only after a retry', async () => {
    const plan = await refused();
    await given.retryPlan(plan.id, BY);
    await list(plan, ...newNumbers(10));
    expect(await stateOf(plan)).toBe('unknown');
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('is retried without a word when it was never sent', async () => {
    const plan = await given.newPlan();
    await list(plan);
    await given.sendOne(plan, 'not_sent', { state: 'undelivered' });
    await list(plan, ...newNumbers(10));
    expect(await given.retryPlan(plan.id, BY)).toBe(1);
    await list(plan, ...newNumbers(11));
    expect(await stateOf(plan)).toBe('waiting');
  });
});
