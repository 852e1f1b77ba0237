/** A try that waits when its line is closed, or when the time of that line is over. */
import { expect, test } from 'vitest';
import type { AnswerRecord } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';
import { AGAINST, ladders } from './ladders.ts';

const ITS_OWN = { steps: [], keepTrying: '3d', fallback: 'to:202' };
const IN_VAIN = ['throttled', 'not_sent', 'credentials'] as const;

describeOnALedger('a try of a line', (given) => {
  const { planWith, look, waiting, sent, sell } = ladders(given);

  /** One of ten is bought, and a try of the other nine waits. */
  const waitingTry = async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    await given.goOn(plan);
    await given.makeDue(plan);
    return plan;
  };
  /** That try is on its way. */
  const sentTry = async () => {
    const plan = await waitingTry();
    const [tried] = await sent(plan);
    return { plan, tried: tried! };
  };
  const answered = async (outcome: AnswerRecord['outcome']) => {
    const { plan, tried } = await sentTry();
    const retryAfterMs = outcome === 'throttled' ? 0 : null;
    await given.record(plan, answerTo(tried, outcome, { retryAfterMs }));
    return { plan, tried };
  };
  const close = (plan: SmallPlan) => given.closeLines(plan.id, null, BY);
  /** Nobody has swept since. */
  const letTimePass = (plan: SmallPlan) =>
    given.sql(
      `update ledger.standing set until = ledger.now(), next_at = ledger.now()
       where plan_id = $1`,
      [plan.id],
    );
  /** What a job does with the order, once the account neither pauses nor rests. */
  const deliver = async (plan: SmallPlan, id: number) => {
    await given.changeAccount(plan.account.name, { resume: true }, BY);
    await given.sql('update ledger.accounts set probe = null where id = $1', [plan.account.id]);
    await given.enter([id]);
    expect(await sent(plan)).toEqual([]);
    return given.whyNotClaimed(id, plan.account.id);
  };
  /** Nine of ten are not bought, and the plan has ended. */
  const expectEnded = async (plan: SmallPlan, parts: { short: number; cancelled: number }) => {
    await given.goOn(plan);
    const state = { state: 'finished', bought: 1, pending: 0 };
    expect(await look(plan)).toMatchObject({ ...state, ...parts });
    expect(await given.allLines(plan.id)).toMatchObject([{ bought: 1, ...parts }]);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  };
  const CANCELLED = { short: 0, cancelled: 9 };

  test.each(IN_VAIN)('that was %s is cancelled when a person closes the line', async (outcome) => {
    const { plan, tried } = await answered(outcome);
    await close(plan);
    expect(await deliver(plan, tried.id)).toEqual({ why: 'gone' });
    await expectEnded(plan, CANCELLED);
  });

  test.each(IN_VAIN)('that was %s is cancelled when the time is over', async (outcome) => {
    const { plan, tried } = await answered(outcome);
    await letTimePass(plan);
    await given.goOn(plan);
    expect(await deliver(plan, tried.id)).toEqual({ why: 'gone' });
    await expectEnded(plan, CANCELLED);
  });

  test('that is on its way when the line is closed is not sent again', async () => {
    const { plan, tried } = await sentTry();
    await close(plan);
    await given.goOn(plan);
    await given.record(plan, answerTo(tried, 'throttled', { retryAfterMs: 0 }));
    expect(await waiting(plan)).toEqual([tried.id]);
    expect(await deliver(plan, tried.id)).toEqual({ why: 'gone' });
    await expectEnded(plan, CANCELLED);
  });

  test('that waits in the queue is withdrawn after its time, before any sweep', async () => {
    const plan = await waitingTry();
    const [id] = await waiting(plan);
    await letTimePass(plan);
    expect(await deliver(plan, id!)).toEqual({ why: 'gone' });
    expect(await waiting(plan)).toEqual([]);
    await expectEnded(plan, { short: 9, cancelled: 0 });
  });

  test('of a closed line is no half-open probe', async () => {
    const { plan, tried } = await answered('credentials');
    await letTimePass(plan);
    await given.changeAccount(plan.account.name, { resume: true }, BY);
    const claimant = { accountId: plan.account.id, worker: 'worker 1', deadlineMs: 60_000 };
    await given.enter([tried.id]);
    expect(await given.claimProbe(tried.id, claimant)).toBeUndefined();
    const [account] = await given.sql('select probe from ledger.accounts where id = $1', [
      plan.account.id,
    ]);
    expect(account).toEqual({ probe: 'wanted' });
  });

  test('that is settled as nothing after the line was closed is not sent again', async () => {
    const { plan, tried } = await answered('unknown');
    await close(plan);
    await given.settleOrder(tried.id, { nothing: true }, BY, AGAINST);
    expect(await deliver(plan, tried.id)).toEqual({ why: 'gone' });
    await expectEnded(plan, CANCELLED);
  });

  test('has what a late answer names after it was settled as nothing and cancelled', async () => {
    const { plan, tried } = await sentTry();
    await given.passTime(plan.account, 61_000);
    await given.expireAttempts(plan.account.id);
    await close(plan);
    await given.settleOrder(tried.id, { nothing: true }, BY, AGAINST);
    await deliver(plan, tried.id);
    await expectEnded(plan, CANCELLED);
    await given.record(plan, answerTo(tried, 'filled'));
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 10, cancelled: 0 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('that was refused is sent when a person tries it again after `close`', async () => {
    const { plan, tried } = await answered('refused');
    await close(plan);
    await given.goOn(plan);
    await given.retryPlan(plan.id, BY);
    await given.goOn(plan);
    expect(await sent(plan)).toMatchObject([{ id: tried.id }]);
  });

  test('that a person tries again before the line is closed ends with it', async () => {
    const { plan } = await answered('refused');
    await given.retryPlan(plan.id, BY);
    await close(plan);
    expect(await waiting(plan)).toEqual([]);
    await expectEnded(plan, CANCELLED);
  });

  test('of a closed line leaves the first way down the ladder to be sent', async () => {
    const plan = await planWith({ steps: [step(1, '332')], keepTrying: '3d' }, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    await given.goOn(plan);
    await close(plan);
    expect(await sent(plan)).toMatchObject([{ areaCode: '332', quantity: 9 }]);
  });

  test('that is cancelled leaves to the remainder what its family lacks besides', async () => {
    const plan = await planWith({ steps: [step(1, '332', { cap: 5 })], keepTrying: '3d' }, 10);
    for (const sold of [0, 2]) await given.sellEach(plan, sold);
    await given.makeDue(plan);
    await given.sellEach(plan, 0);
    const [capped] = await sent(plan);
    expect(capped).toMatchObject({ areaCode: '332', quantity: 3 });
    await given.record(plan, answerTo(capped!, 'throttled', { retryAfterMs: 0 }));
    await close(plan);
    await given.goOn(plan);
    const sums = { bought: 2, short: 5, cancelled: 3, pending: 0 };
    expect(await look(plan)).toMatchObject({ state: 'finished', ...sums });
    expect([...(await given.withheldNumbers(plan.id))]).toEqual([]);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('is left to be put in doubt when it is never sent again', async () => {
    const { plan, tried } = await answered('throttled');
    await given.sql('update ledger.orders set is_final = true where id = $1', [tried.id]);
    await close(plan);
    expect(await given.doubtFinal(plan.account.id)).toEqual([tried.id]);
    expect(await look(plan)).toMatchObject({ bought: 1, unknown: 9 });
  });
});
