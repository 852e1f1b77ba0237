/** A late answer says that a plan has bought what another plan asks for. */

import { expect, test } from 'vitest';
import {
  type AnswerRecord,
  endPlans,
  findPlan,
  type Ledger,
  planEvents,
  retryPlan,
  settleOrder,
  steerPlan,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import { recordKept } from '../../src/ledger/orders/lost.ts';
import { untilWaiting } from '../ledger/held-up.ts';
import { BY } from '../support/by.ts';
import { codeOf, withBefore } from '../support/ledger.ts';
import { describeOnALedger, describeOnPostgres } from '../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import {
  answerTo,
  claim,
  expireOne,
  newNumbers,
  record,
  sendOne,
  settleInPart,
} from '../support/sending.ts';
import { ANYHOW } from '../support/settling.ts';
import { planWith } from './reported-plan.ts';
import { lookAtRemainder, submitRemainder } from './submitted-remainder.ts';

const waitsFor = ({ id }: SmallPlan) => `plan ${id} may have bought, or may still buy, what this`;

/** A plan of 10 numbers that a person settled with 3. `answer`: the vendor sold it all 10. */
async function settled(ledger: Ledger) {
  const plan = await planWith(ledger, [line({ line: 2, quantity: 10 })]);
  const { order, named } = await settleInPart(ledger, plan);
  await endPlans(ledger, plan.account.id);
  return { plan, answer: answerTo(order, 'filled', { numbers: named }) };
}

/** And its remainder of 7, which is ready. */
async function remainder(ledger: Ledger) {
  const { plan, answer } = await settled(ledger);
  const rest = await submitRemainder(ledger, plan);
  const start = () => steerPlan(ledger, rest.id, 'start', BY);
  return { plan, rest, answer, start, answerLate: () => record(ledger, plan, answer) };
}

describeOnALedger('a remainder of what a late answer has sold', (given) => {
  const look = ({ id }: SmallPlan) => findPlan(given.ledger, id);

  test('is not started any more, and says why', async () => {
    const { plan, rest, start, answerLate } = await remainder(given.ledger);
    await answerLate();
    expect(await look(plan)).toMatchObject({ bought: 3, surplus: 7 });
    const reason = expect.stringContaining(waitsFor(plan));
    await expect(start()).rejects.toMatchObject({ code: 'wrong_state', message: reason });
    expect(await look(rest)).toMatchObject({ state: 'ready', reason });
  });

  test('pauses when it runs, until a person resumes it', async () => {
    const { ledger } = given;
    const { plan, rest, start, answerLate } = await remainder(ledger);
    await start();
    await answerLate();
    expect(await claim(ledger, rest)).toEqual([]);
    const reason = expect.stringContaining(waitsFor(plan));
    expect(await look(rest)).toMatchObject({ state: 'paused', reason });
    const [event] = await planEvents(ledger, rest.id);
    expect(event).toMatchObject({ kind: 'plan_paused', who: 'ledger', why: reason });
    const resume = (again?: true) => steerPlan(ledger, rest.id, 'resume', BY, { again });
    await expect(resume()).rejects.toMatchObject({ code: 'wrong_state', message: reason });
    expect(await resume(true)).toMatchObject({ reason: null });
    expect(await claim(ledger, rest)).toMatchObject([{ quantity: 7 }]);
  });

  test('pauses in the statement that records the answer: a worker may end after it', async () => {
    const { ledger } = given;
    const { plan, rest, answer, start } = await remainder(ledger);
    await start();
    const dying = { ...ledger, transaction: () => Promise.reject(new Error('SIGKILL')) };
    await record(dying, plan, answer);
    expect(await claim(ledger, rest)).toEqual([]);
  });

  test('goes on when the same answer is told twice: it says nothing new', async () => {
    const { ledger } = given;
    const plan = await planWith(ledger, [line({ line: 2, quantity: 10 })]);
    const { answer } = await sendOne(ledger, plan, 'short', { numbers: newNumbers(3) });
    await endPlans(ledger, plan.account.id);
    const rest = await submitRemainder(ledger, plan);
    await steerPlan(ledger, rest.id, 'start', BY);
    await recordKept(ledger, plan.account.id, [answer]);
    expect(await look(rest)).toMatchObject({ state: 'running', reason: null });
  });

  test('waits for a person also when it had finished and is tried again', async () => {
    const { ledger } = given;
    const { plan, rest, start, answerLate } = await remainder(ledger);
    await start();
    await sendOne(ledger, rest, 'refused');
    await endPlans(ledger, rest.account.id);
    await answerLate();
    expect(await look(rest)).toMatchObject({ state: 'finished', refused: 7 });
    expect(await retryPlan(ledger, rest.id, BY)).toBe(1);
    const reason = expect.stringContaining(waitsFor(plan));
    expect(await look(rest)).toMatchObject({ state: 'paused', reason });
    expect(await claim(ledger, rest)).toEqual([]);
  });

  test('waits also when an unknown order of it turns out to have bought nothing', async () => {
    const { ledger } = given;
    const { rest, start, answerLate } = await remainder(ledger);
    await start();
    await expireOne(ledger, rest);
    await endPlans(ledger, rest.account.id);
    await answerLate();
    await settleOrder(ledger, rest.orders[0]!, { nothing: true }, BY, ANYHOW);
    expect(await look(rest)).toMatchObject({ state: 'paused', pending: 7 });
    expect(await claim(ledger, rest)).toEqual([]);
  });

  test('says so beside the reason for which a person had paused it', async () => {
    const { ledger } = given;
    const { plan, rest, start, answerLate } = await remainder(ledger);
    await start();
    await steerPlan(ledger, rest.id, 'pause', { who: 'Ada', why: 'lunch' });
    await answerLate();
    const reason = expect.stringMatching(new RegExp(`^${waitsFor(plan)}.*; lunch$`));
    expect(await look(rest)).toMatchObject({ state: 'paused', reason });
  });

  test('pauses neither itself nor its plan when it is tried again', async () => {
    const { ledger } = given;
    const { plan, rest, start } = await remainder(ledger);
    await start();
    await sendOne(ledger, rest, 'refused');
    await retryPlan(ledger, rest.id, BY);
    expect(await look(rest)).toMatchObject({ state: 'running' });
    expect(await look(plan)).toMatchObject({ state: 'finished', reason: null });
  });
});

describeOnALedger('a plan that was tried again after its remainder was cancelled', (given) => {
  /** Its remainder was sent, unknown, cancelled, and settled as nothing. */
  const cancelled = async () => {
    const { ledger } = given;
    const plan = await planWith(ledger, [line({ line: 2, quantity: 10 })]);
    await sendOne(ledger, plan, 'refused');
    await endPlans(ledger, plan.account.id);
    const rest = await submitRemainder(ledger, plan);
    await steerPlan(ledger, rest.id, 'start', BY);
    const sent = await expireOne(ledger, rest);
    await steerPlan(ledger, rest.id, 'cancel', BY);
    await settleOrder(ledger, sent.id, { nothing: true }, BY, ANYHOW);
    await endPlans(ledger, rest.account.id);
    await retryPlan(ledger, plan.id, BY);
    return { plan, rest, sent };
  };

  test.each([
    ['sold late', { bought: 10 }],
    ['in doubt again', { unknown: 10 }],
  ])('pauses when that is %s', async (what, sums) => {
    const { ledger } = given;
    const { plan, rest, sent } = await cancelled();
    if (what === 'sold late') await record(ledger, rest, answerTo(sent, 'filled'));
    else await unsettleOrder(ledger, sent.id, BY);
    expect(await findPlan(ledger, rest.id)).toMatchObject(sums);
    const reason = expect.stringContaining(waitsFor(rest));
    expect(await findPlan(ledger, plan.id)).toMatchObject({ state: 'paused', reason });
    expect(await claim(ledger, plan)).toEqual([]);
  });
});

describeOnPostgres('a late answer', (given) => {
  /** `come`: it is being recorded, as far as that goes at the moment. `end`: it is recorded. */
  const late = (plan: SmallPlan, answer: AnswerRecord) => {
    let recorded: Promise<unknown> = Promise.resolve();
    const come = async () => {
      recorded = record(given.another(), plan, answer);
      await Promise.race([recorded, untilWaiting(given.ledger, 1)]);
    };
    return { come, end: () => recorded };
  };

  test('while the remainder is started pauses it', async () => {
    const { ledger } = given;
    const { plan, rest, answer } = await remainder(ledger);
    const { come, end } = late(plan, answer);
    await steerPlan(withBefore(ledger, 'ledger.plans set state', come), rest.id, 'start', BY);
    await end();
    expect(await findPlan(ledger, rest.id)).toMatchObject({ state: 'paused' });
  });

  test('while the remainder is stored bars its start', async () => {
    const { ledger } = given;
    const { plan, answer } = await settled(ledger);
    const { store } = await lookAtRemainder(ledger, plan);
    const { come, end } = late(plan, answer);
    const { id } = await store(withBefore(ledger, 'into ledger.events', come));
    await end();
    expect(await findPlan(ledger, plan.id)).toMatchObject({ surplus: 7 });
    expect(await codeOf(steerPlan(ledger, id, 'start', BY))).toBe('wrong_state');
  });
});
