import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type AnswerRecord, orderId } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { filled, refused, undelivered } from './reported-plan.ts';
import { lookAt } from './submitted-remainder.ts';

describeOnALedger('a remainder', (given) => {
  /** Submits a text as a person does it with a file of that name. */
  const submit = async (...seen: Parameters<typeof given.lookAt>) => {
    const { known, store } = await given.lookAt(...seen);
    return { known, id: (await store()).id };
  };

  const twoLines = async (delimiter = ',', note = 'x') => {
    const lines = [line({ line: 2 }), line({ line: 3, areaCode: '312', extra: [note] })];
    const plan = await given.planWith(lines, ['Note'], { delimiter });
    await given.decide(plan, [filled, refused]);
    return { plan, text: await given.textOf(plan, 'remainder.csv') };
  };

  /** The first of two lines was refused, and the second one waits until it is refused as well. */
  const refusedInTurn = async (second: Parameters<typeof line>[0] = {}) => {
    const lines = [line({ line: 2 }), line({ line: 3, areaCode: '312', ...second })];
    const plan = await given.planWith(lines);
    await given.decide(plan, [refused, 'waiting']);
    return {
      plan,
      text: await given.textOf(plan, 'remainder.csv'),
      refuseSecond: () => given.decide({ ...plan, orders: plan.orders.slice(1) }, [refused]),
    };
  };

  /** It lacks what the plan lacks. */
  const cancelledRemainder = async () => {
    const { plan, text } = await twoLines();
    const { id } = await submit(plan, text, 'remainder.csv');
    await given.steerPlan(id, 'cancel', { who: 'Ada' });
    while ((await given.cancelWaiting(id)) > 0);
    await given.endPlans(plan.account.id);
    return { plan, text, id };
  };

  test.each([',', ';'])('of a plan separated by %j is known, and named after it', async (own) => {
    const { plan, text } = await twoLines(own);
    const { id, known } = await submit(plan, text, `plan-${plan.id}-remainder.csv`);
    expect(known.remainderOf).toBe(plan.id);
    expect((await given.findPlan(id)).name).toBe('plan-remainder.csv');
    expect((await given.planEvents(id))[0]?.detail).toEqual({ remainderOf: [plan.id] });
  });

  test('that was submitted keeps its plan from being tried again', async () => {
    const { plan, text } = await twoLines();
    const { id } = await submit(plan, text, 'remainder.csv');
    const retry = () => given.retryPlan(plan.id, { who: 'Ada' });
    await expect(retry()).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`Plan ${id} (plan-remainder.csv) was submitted from`),
    });
    await given.steerPlan(id, 'cancel', { who: 'Ada' });
    // Until it has ended, one of its orders may be on its way to be sent.
    await expect(retry()).rejects.toMatchObject({ code: 'wrong_state' });
    await given.endPlans(plan.account.id);
    expect(await retry()).toBe(1);
  });

  test.each(['nothing', 'as many numbers of another line'])(
    'is not stored when its plan is tried again meanwhile, and lacks %s',
    async (lack) => {
      const { plan, text, refuseSecond } = await refusedInTurn();
      const { store } = await given.lookAt(plan, text, 'remainder.csv');
      await given.retryPlan(plan.id, { who: 'Bob' });
      if (lack !== 'nothing') await refuseSecond();
      await expect(store()).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining(`Plan ${plan.id} has changed meanwhile`),
      });
    },
  );

  test('is not stored when a number of its plan turns out to be surplus meanwhile', async () => {
    const { plan, text, refuseSecond } = await refusedInTurn({ quantity: 1 });
    const { store } = await given.lookAt(plan, text, 'remainder.csv');
    // As many numbers as are missing of the other line by now.
    await refuseSecond();
    await given.sql('insert into ledger.disputes (order_id, number) values ($1, $2)', [
      ...[plan.orders[0], newNumbers(1)[0]],
    ]);
    await expect(store()).rejects.toMatchObject({
      message: expect.stringContaining(`Plan ${plan.id} has changed meanwhile`),
    });
  });

  test('whose plan was sent and is lost keeps the first plan from being tried again', async () => {
    const { plan, text } = await twoLines();
    const sha256 = createHash('sha256').update(text).digest('hex');
    const bits = Buffer.from([0b0100_0000]);
    const lost = { accountId: plan.account.id, deadlineMs: 0 };
    const bitmap = { planKey: `${sha256}:0:10`, attempt: 1, bits };
    await given.noteLostPlans(lost, [bitmap], () => 'lost');
    await expect(given.retryPlan(plan.id, { who: 'Ada' })).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('the ledger has lost its plan'),
    });
    const { id } = await submit(plan, text, 'remainder.csv');
    expect((await given.orderRow(orderId(id, 1))).state).toBe('unknown');
  });

  test('that was cancelled, and sold, keeps its plan from being tried again', async () => {
    const { plan, text } = await twoLines();
    const { id } = await submit(plan, text, 'remainder.csv');
    await given.steerPlan(id, 'start', BY);
    const rest = { id, account: plan.account, orders: [orderId(id, 1)] };
    const first = await given.claimOne(rest, undefined, { deadlineMs: -1 });
    await given.expireAttempts(plan.account.id);
    await given.settleOrder(first.id, NOTHING, BY, ANYHOW);
    const record = (answer: AnswerRecord) => given.recordAnswers(plan.account.id, [answer]);
    await record(answerTo(await given.claimOne(rest), 'refused'));
    await record(answerTo(first, 'filled'));
    await given.steerPlan(id, 'cancel', BY);
    await given.endPlans(plan.account.id);
    await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('that is out of date is refused without --again', async () => {
    const { plan, text } = await twoLines();
    await given.retryPlan(plan.id, { who: 'Bob' });
    await expect(submit(plan, text, 'remainder.csv')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`has the lines of a remainder of plan ${plan.id} `),
    });
    expect((await submit(plan, text, 'remainder.csv', true)).id).toBeGreaterThan(plan.id);
  });

  test('that a spreadsheet saved again is refused, or bars its plan with --again', async () => {
    const { plan, text } = await twoLines();
    const saved = text.replace('\ufeff', '').replaceAll(',', ';').replaceAll('\r\n', '\n');
    await expect(submit(plan, saved, 'autumn.csv')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`has the lines of a remainder of plan ${plan.id} `),
    });
    const { id } = await submit(plan, saved, 'autumn.csv', true);
    await expect(given.retryPlan(plan.id, { who: 'Ada' })).rejects.toMatchObject({
      message: expect.stringContaining(`Plan ${id} (autumn.csv) was submitted from`),
    });
  });

  test('whose rows somebody has sorted is refused, or bars its plan with --again', async () => {
    const lines = [line({ line: 2 }), line({ line: 3, areaCode: '312' }), line({ line: 4 })];
    const plan = await given.planWith(lines);
    await given.decide(plan, [refused, refused, refused]);
    const [header, ...rows] = (await given.textOf(plan, 'remainder.csv')).split('\r\n');
    const sorted = [header, ...rows.filter(Boolean).sort().reverse(), ''].join('\r\n');
    await expect(submit(plan, sorted, 'sorted.csv')).rejects.toMatchObject({
      code: 'duplicate_file',
    });
    await submit(plan, sorted, 'sorted.csv', true);
    await expect(given.retryPlan(plan.id, { who: 'Ada' })).rejects.toMatchObject({
      message: expect.stringContaining('(sorted.csv) was submitted from'),
    });
  });

  test('that a spreadsheet saved again is refused elsewhere, too, or bars nothing', async () => {
    const { plan, text } = await twoLines(',', 'elsewhere');
    const other = { ...plan, account: await given.newAccount() };
    const saved = text.replaceAll(',', ';');
    await expect(submit(other, saved, 'autumn.csv')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`of the account "${plan.account.name}"`),
    });
    await submit(other, saved, 'autumn.csv', true);
    expect(await given.retryPlan(plan.id, { who: 'Ada' })).toBe(1);
  });

  test('that is out of date and was bought again counts as one of its plan', async () => {
    const { plan, text: early, refuseSecond } = await refusedInTurn();
    await refuseSecond();
    const late = await given.textOf(plan, 'remainder.csv');
    const { known, id } = await submit(plan, early, 'remainder.csv', true);
    expect(known.remainderOf).toBeNull();
    const refusal = {
      code: 'wrong_state',
      message: expect.stringContaining(`Plan ${id} (remainder.csv) was submitted from`),
    };
    await expect(given.retryPlan(plan.id, { who: 'Ada' })).rejects.toMatchObject(refusal);
    await expect(submit(plan, late, 'remainder.csv')).rejects.toMatchObject(refusal);
  });

  test('of several plans stands for each in turn, and one too many bars them all', async () => {
    const lines = [line({ line: 2 }), line({ line: 3, areaCode: '312' })];
    const one = await given.planWith(lines);
    const two = await given.planWith(lines, [], { account: one.account });
    for (const plan of [one, two]) await given.decide(plan, [filled, refused]);
    const text = await given.textOf(one, 'remainder.csv');
    for (const [n, remainderOf] of [[two.id], [one.id], [two.id, one.id]].entries()) {
      const { id } = await submit(one, text, 'remainder.csv', n > 0);
      expect((await given.planEvents(id))[0]?.detail).toEqual({ remainderOf });
      // The third one may still stand for either.
      if (n < 2) await given.steerPlan(id, 'cancel', BY);
    }
    await given.endPlans(one.account.id);
    for (const { id } of [one, two])
      await expect(given.retryPlan(id, BY)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('is known when a hundred plans came after its own', async () => {
    const { plan, text } = await twoLines();
    for (let n = 0; n < 100; n++) await given.newPlan({ started: false });
    const { known } = await given.lookAt(plan, text, 'remainder.csv');
    expect(known).toMatchObject({ name: 'plan-remainder.csv', remainderOf: plan.id });
  });

  test('of a remainder keeps the first plan from being tried again', async () => {
    const { plan, text, id } = await cancelledRemainder();
    const third = await submit(plan, text, 'remainder.csv');
    expect(third.known.remainderOf).toBe(id);
    await expect(given.retryPlan(plan.id, { who: 'Ada' })).rejects.toMatchObject({
      message: expect.stringContaining(`Plan ${third.id} `),
    });
  });

  test('is refused while an earlier one of its plan may have bought the same', async () => {
    const { plan, text: early, refuseSecond } = await refusedInTurn();
    const first = await submit(plan, early, 'remainder.csv');
    await refuseSecond();
    const late = await given.textOf(plan, 'remainder.csv');
    expect(late).toContain(early.trim());
    await expect(submit(plan, late, 'remainder.csv')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`Plan ${first.id} (plan-remainder.csv) was submitted from`),
    });
    const sure = await submit(plan, late, 'remainder.csv', true);
    expect(sure.known.remainderOf).toBe(plan.id);
    await expect(given.steerPlan(first.id, 'start', BY)).rejects.toMatchObject({
      message: expect.stringContaining(`overtaken: plan ${sure.id} may have bought`),
    });
  });

  test('is refused when a plan above it was tried again since', async () => {
    const { plan, text, id: second } = await cancelledRemainder();
    expect(await given.retryPlan(plan.id, { who: 'Ada' })).toBe(1);
    await expect(submit(plan, text, 'remainder.csv')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`Plan ${second} has been overtaken: plan ${plan.id} may`),
    });
  });

  test('keeps a name that a person gave it', async () => {
    const { plan, text } = await twoLines();
    const { known } = await submit(plan, text, 'second try.csv');
    expect(known).toMatchObject({ name: 'second try.csv', remainderOf: plan.id });
  });

  test('of a plan that bought nothing is accepted again, but once', async () => {
    const { plan, text } = await twoLines();
    const second = await submit(plan, text, 'remainder.csv');
    const refusal = { code: 'duplicate_file', details: { plan: second.id } };
    await expect(submit(plan, text, 'remainder.csv')).rejects.toMatchObject(refusal);
    await given.steerPlan(second.id, 'cancel', { who: 'Ada' });
    while ((await given.cancelWaiting(second.id)) > 0);
    const again = await given.textOf(second, 'remainder.csv');
    expect(again).toBe(text);
    const third = await submit(plan, again, 'remainder (1).csv');
    expect(third.known).toMatchObject({ name: 'plan-remainder-2.csv', remainderOf: second.id });
    await expect(submit(plan, text, 'remainder.csv')).rejects.toMatchObject({
      details: { plan: third.id },
    });
  });

  test('submitted by many at the same moment is stored once', async () => {
    const whole = await given.planWith([line({ areaCode: '415' })]);
    await given.decide(whole, [undelivered]);
    const text = await given.textOf(whole, 'remainder.csv');
    const all = await Promise.allSettled(
      Array.from({ length: 4 }, () =>
        lookAt(given.another(), whole, text).then(({ store }) => store()),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('that was changed is a plan like any other', async () => {
    const { plan, text } = await twoLines();
    const { known } = await submit(plan, text.replace('312', '313'), 'remainder.csv');
    expect(known).toEqual({ name: 'remainder.csv', remainderOf: null });
  });
});
