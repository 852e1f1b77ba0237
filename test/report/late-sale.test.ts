/** A late answer says that a plan has bought what another plan asks for. */

import { expect, test } from 'vitest';
import { type AnswerRecord, endPlans, type Ledger, steerPlan } from '../../src/ledger/index.ts';
import { recordKept } from '../../src/ledger/orders/lost.ts';
import { countWaiting } from '../ledger/held-up.ts';
import { BY } from '../support/by.ts';
import { codeOf } from '../support/ledger.ts';
import { describeOnALedger, describeOnPostgres } from '../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers, record, settleInPart } from '../support/sending.ts';
import { ANYHOW } from '../support/settling.ts';
import { until } from '../support/until.ts';
import { planWith } from './reported-plan.ts';
import { submitRemainder } from './submitted-remainder.ts';

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
  const look = ({ id }: SmallPlan) => given.findPlan(id);

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
    expect(await given.claim(rest)).toEqual([]);
    const reason = expect.stringContaining(waitsFor(plan));
    expect(await look(rest)).toMatchObject({ state: 'paused', reason });
    const [event] = await given.planEvents(rest.id);
    expect(event).toMatchObject({ kind: 'plan_paused', who: 'ledger', why: reason });
    const resume = (again?: true) => given.steerPlan(rest.id, 'resume', BY, { again });
    await expect(resume()).rejects.toMatchObject({ code: 'wrong_state', message: reason });
    expect(await resume(true)).toMatchObject({ reason: null });
    expect(await given.claim(rest)).toMatchObject([{ quantity: 7 }]);
  });

  test('pauses in the transaction that records the answer: a worker may end after it', async () => {
    const { ledger } = given;
    const { plan, rest, answer, start } = await remainder(ledger);
    await start();
    let isDead = false;
    const transaction: Ledger['transaction'] = (work) => {
      if (isDead) return Promise.reject(new Error('SIGKILL'));
      isDead = true;
      return ledger.transaction(work);
    };
    await record({ ...ledger, transaction }, plan, answer);
    expect(await given.claim(rest)).toEqual([]);
  });

  test('goes on when the same answer is told twice: it says nothing new', async () => {
    const { ledger } = given;
    const plan = await given.planWith([line({ line: 2, quantity: 10 })]);
    const { answer } = await given.sendOne(plan, 'short', { numbers: newNumbers(3) });
    await given.endPlans(plan.account.id);
    const rest = await given.submitRemainder(plan);
    await given.steerPlan(rest.id, 'start', BY);
    await recordKept(ledger, plan.account.id, [answer]);
    expect(await look(rest)).toMatchObject({ state: 'running', reason: null });
  });

  test('waits for a person also when it had finished and is tried again', async () => {
    const { ledger } = given;
    const { plan, rest, start, answerLate } = await remainder(ledger);
    await start();
    await given.sendOne(rest, 'refused');
    await given.endPlans(rest.account.id);
    await answerLate();
    expect(await look(rest)).toMatchObject({ state: 'finished', refused: 7 });
    expect(await given.retryPlan(rest.id, BY)).toBe(1);
    const reason = expect.stringContaining(waitsFor(plan));
    expect(await look(rest)).toMatchObject({ state: 'paused', reason });
    expect(await given.claim(rest)).toEqual([]);
  });

  test('waits also when an unknown order of it turns out to have bought nothing', async () => {
    const { ledger } = given;
    const { rest, start, answerLate } = await remainder(ledger);
    await start();
    await given.expireOne(rest);
    await given.endPlans(rest.account.id);
    await answerLate();
    await given.settleOrder(rest.orders[0]!, { nothing: true }, BY, ANYHOW);
    expect(await look(rest)).toMatchObject({ state: 'paused', pending: 7 });
    expect(await given.claim(rest)).toEqual([]);
  });

  test('says so beside the reason for which a person had paused it', async () => {
    const { ledger } = given;
    const { plan, rest, start, answerLate } = await remainder(ledger);
    await start();
    await given.steerPlan(rest.id, 'pause', { who: 'Ada', why: 'lunch' });
    await answerLate();
    const reason = expect.stringMatching(new RegExp(`^${waitsFor(plan)}.*; lunch$`));
    expect(await look(rest)).toMatchObject({ state: 'paused', reason });
  });

  test('pauses neither itself nor its plan when it is tried again', async () => {
    const { ledger } = given;
    const { plan, rest, start } = await remainder(ledger);
    await start();
    await given.sendOne(rest, 'refused');
    await given.retryPlan(rest.id, BY);
    expect(await look(rest)).toMatchObject({ state: 'running' });
    expect(await look(plan)).toMatchObject({ state: 'finished', reason: null });
  });
});

describeOnALedger('a plan that was tried again after its remainder was cancelled', (given) => {
  /** Its remainder was sent, unknown, cancelled, and settled as nothing. */
  const cancelled = async () => {
    const plan = await given.planWith([line({ line: 2, quantity: 10 })]);
    await given.sendOne(plan, 'refused');
    await given.endPlans(plan.account.id);
    const rest = await given.submitRemainder(plan);
    await given.steerPlan(rest.id, 'start', BY);
    const sent = await given.expireOne(rest);
    await given.steerPlan(rest.id, 'cancel', BY);
    await given.settleOrder(sent.id, { nothing: true }, BY, ANYHOW);
    await given.endPlans(rest.account.id);
    await given.retryPlan(plan.id, BY);
    return { plan, rest, sent };
  };

  test.each([
    ['sold late', { bought: 10 }],
    ['in doubt again', { unknown: 10 }],
  ])('pauses when that is %s', async (what, sums) => {
    const { plan, rest, sent } = await cancelled();
    if (what === 'sold late') await given.record(rest, answerTo(sent, 'filled'));
    else await given.unsettleOrder(sent.id, BY);
    expect(await given.findPlan(rest.id)).toMatchObject(sums);
    const reason = expect.stringContaining(waitsFor(rest));
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'paused', reason });
    expect(await given.claim(plan)).toEqual([]);
  });
});

describeOnPostgres('a late answer', (given) => {
  /** `come`: it is being recorded, as far as that goes at the moment. `end`: it is recorded. */
  const late = (plan: SmallPlan, answer: AnswerRecord) => {
    let recorded: Promise<unknown> = Promise.resolve();
    const come = async () => {
      let [asked, isDone] = [0, false];
      const ledger = given.withBefore('advisory_xact_lock', async () => void asked++);
      recorded = record(ledger, plan, answer).finally(() => {
        isDone = true;
      });
      // It waits for a plan, or has asked twice for the lock of its account.
      const hasCome = async () => isDone || asked > 1 || (await countWaiting(given.ledger)) > 0;
      await until(hasCome, { what: 'the answer is recorded as far as that goes' });
    };
    return { come, end: () => recorded };
  };

  test('while the remainder is started pauses it', async () => {
    const { ledger } = given;
    const { plan, rest, answer } = await remainder(ledger);
    const { come, end } = late(plan, answer);
    await steerPlan(given.withBefore('ledger.plans set state', come), rest.id, 'start', BY);
    await end();
    expect(await given.findPlan(rest.id)).toMatchObject({ state: 'paused' });
  });

  test('while the remainder is stored bars its start', async () => {
    const { ledger } = given;
    const { plan, answer } = await settled(ledger);
    const { store } = await given.lookAtRemainder(plan);
    const { come, end } = late(plan, answer);
    const { id } = await store(given.withBefore('into ledger.events', come));
    await end();
    expect(await given.findPlan(plan.id)).toMatchObject({ surplus: 7 });
    expect(await codeOf(given.steerPlan(id, 'start', BY))).toBe('wrong_state');
  });
});
