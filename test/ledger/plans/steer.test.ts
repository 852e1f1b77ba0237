import { describe, expect, test } from 'vitest';
import type { PlanState, steerPlan } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

type Move = Parameters<typeof steerPlan>[2];

/** Which moves a plan's state allows, and where they lead. */
const MOVES: Record<PlanState, Partial<Record<Move, PlanState>>> = {
  ready: { start: 'running', cancel: 'cancelled' },
  running: { pause: 'paused', cancel: 'cancelled' },
  standing: { pause: 'paused', cancel: 'cancelled' },
  paused: { resume: 'running', cancel: 'cancelled' },
  finished: {},
  cancelled: {},
};

const STATES = Object.keys(MOVES) as PlanState[];
const ALL: Move[] = ['start', 'pause', 'resume', 'cancel'];

describeOnALedger('steering', (given) => {
  const steer = (plan: SmallPlan, move: Move, by: { who: string; why?: string } = BY) =>
    given.steerPlan(plan.id, move, by);
  const look = (plan: SmallPlan) => given.findPlan(plan.id);
  const sweep = (plan: SmallPlan) => given.endPlans(plan.account.id);
  const answer = async (plan: SmallPlan, id: number, outcome: Parameters<typeof answerTo>[1]) => {
    const order = await given.claimOne(plan, id);
    await given.record(plan, answerTo(order, outcome));
  };
  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  const planIn = async (state: PlanState): Promise<SmallPlan> => {
    const plan = await given.newPlan({ started: state !== 'ready' });
    if (state === 'paused') await steer(plan, 'pause');
    if (state === 'cancelled') await steer(plan, 'cancel');
    if (state === 'finished') {
      await answer(plan, plan.orders[0]!, 'short');
      await sweep(plan);
    }
    if (state === 'standing')
      await given.sql(`update ledger.plans set state = 'standing' where id = $1`, [plan.id]);
    expect(await look(plan)).toMatchObject({ state });
    return plan;
  };

  test.each(STATES.flatMap((state) => ALL.map((move) => [state, move] as const)))(
    'a plan that is %s: %s',
    async (state, move) => {
      const plan = await planIn(state);
      const to = MOVES[state][move];
      if (to) {
        expect(await steer(plan, move)).toMatchObject({ id: plan.id, state: to });
        const [event] = await given.planEvents(plan.id, 1);
        const kind = { start: 'started', pause: 'paused', resume: 'resumed', cancel: 'cancelled' };
        expect(event).toMatchObject({ kind: `plan_${kind[move]}`, ...BY });
        return;
      }
      const before = [await look(plan), await given.planEvents(plan.id)];
      await expect(steer(plan, move)).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringMatching(
          `^Plan ${plan.id} is ${state} (?:and cannot be .*|already\\. )Nothing was changed`,
        ),
        details: { id: plan.id, state },
      });
      expect([await look(plan), await given.planEvents(plan.id)]).toEqual(before);
    },
  );

  test('a plan that there is not says so', async () => {
    const missing = { id: 99_999, account: { id: 1 } } as SmallPlan;
    for (const operation of [() => steer(missing, 'start'), () => given.retryPlan(99_999, BY)]) {
      await expect(operation()).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringMatching('There is no plan 99999'),
      });
    }
  });

  test('shows the reason of a pause, and forgets it when the plan goes on', async () => {
    const plan = await planIn('running');
    expect(await steer(plan, 'pause', { who: 'Ada', why: 'lunch' })).toMatchObject({
      reason: 'lunch',
    });
    expect(await steer(plan, 'resume')).toMatchObject({ reason: null });
    expect(await steer(plan, 'pause', { who: 'Ada' })).toMatchObject({ reason: null });
  });

  test('remembers when the plan was started first', async () => {
    const plan = await planIn('running');
    const { startedAt } = await look(plan);
    await steer(plan, 'pause');
    expect((await steer(plan, 'resume')).startedAt).toEqual(startedAt);
  });

  describe('to retry', () => {
    const OUTCOMES = ['filled', 'short', 'refused', 'unknown', 'not_sent'] as const;

    /** An order of each outcome; the last one is out of attempts. */
    const donePlan = async () => {
      const plan = await given.newPlan({ lines: linesOf(1, 2, 3, 4, 5) });
      const orders = await given.claim(plan);
      const answers = orders.map((order, n) => answerTo(order, OUTCOMES[n]!));
      answers[4] = { ...answers[4]!, state: 'undelivered', waitMs: null };
      await given.record(plan, ...answers);
      return plan;
    };

    test('puts back what is refused or undelivered, and never what is unknown', async () => {
      const plan = await donePlan();
      await given.sql('update ledger.plans set queued_to = 5 where id = $1', [plan.id]);
      await sweep(plan);
      expect(await look(plan)).toMatchObject({ state: 'finished', refused: 3, undelivered: 5 });
      expect(await given.retryPlan(plan.id, BY)).toBe(2);
      const states = await Promise.all(plan.orders.map((id) => given.orderRow(id)));
      expect(
        states.map(({ state, connectFailures, reason }) => [state, connectFailures, reason]),
      ).toEqual([
        ['filled', 0, null],
        ['short', 0, expect.any(String)],
        ['waiting', 0, null],
        ['unknown', 0, expect.any(String)],
        ['waiting', 0, null],
      ]);
      expect(await look(plan)).toMatchObject({
        state: 'running',
        endedAt: null,
        pending: 8,
        unknown: 4,
      });
      const queued = 'select queued_to as to from ledger.plans where id = $1';
      expect(await given.sql(queued, [plan.id])).toEqual([{ to: 0 }]);
      expect(await given.planEvents(plan.id, 1)).toMatchObject([
        { kind: 'plan_retried', ...BY, detail: { orders: 2 } },
      ]);
      expect(await given.claim(plan)).toMatchObject([{ attempt: 2 }, { attempt: 2 }]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('is refused, and leaves no event, when there is nothing to put back', async () => {
      const plan = await planIn('finished');
      const before = await look(plan);
      const events = await given.planEvents(plan.id);
      await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining('has no undelivered or refused orders to try again.'),
      });
      expect(await look(plan)).toEqual(before);
      expect(await given.planEvents(plan.id)).toEqual(events);
    });

    test('leaves a paused plan paused', async () => {
      const plan = await donePlan();
      await steer(plan, 'pause');
      expect(await given.retryPlan(plan.id, BY)).toBe(2);
      expect(await look(plan)).toMatchObject({ state: 'paused', pending: 8 });
    });

    test.each(['ready', 'cancelled'] as const)('is refused while the plan is %s', async (state) => {
      const plan = await planIn(state);
      await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringMatching(`^Plan ${plan.id} is ${state}`),
      });
    });
  });

  describe('nothing, a plan', () => {
    test('finishes when nothing is pending any more, and not before', async () => {
      const plan = await given.newPlan({ lines: linesOf(26) });
      await answer(plan, plan.orders[0]!, 'filled');
      await sweep(plan);
      expect(await look(plan)).toMatchObject({ state: 'running', endedAt: null, pending: 1 });
      await answer(plan, plan.orders[1]!, 'unknown');
      await sweep(plan);
      expect(await look(plan)).toMatchObject({ state: 'finished', endedAt: expect.any(Date) });
    });

    test('that is paused with nothing pending finishes when it is resumed', async () => {
      const plan = await given.newPlan();
      await answer(plan, plan.orders[0]!, 'filled');
      await steer(plan, 'pause');
      await sweep(plan);
      expect(await look(plan)).toMatchObject({ state: 'paused', endedAt: null });
      await steer(plan, 'resume');
      await sweep(plan);
      expect(await look(plan)).toMatchObject({ state: 'finished' });
    });

    test('says how long it will take, while it moves', async () => {
      const plan = await given.newPlan({ lines: linesOf(225), started: false });
      expect(await look(plan)).toMatchObject({ rate: 4, etaSeconds: null });
      expect(await steer(plan, 'start')).toMatchObject({ pendingOrders: 9, etaSeconds: 3 });
      expect(await steer(plan, 'pause')).toMatchObject({ etaSeconds: null });
    });

    test('does not say how long it will take without a pace', async () => {
      const account = await given.newAccount(null);
      const plan = await given.newPlan({ account });
      expect(await look(plan)).toMatchObject({ rate: null, isMoving: true, etaSeconds: null });
      const { name } = account;
      await given.changeAccount(name, { pause: 'lunch' }, { who: 'Ada' });
      expect(await look(plan)).toMatchObject({ isMoving: false, etaSeconds: null });
    });

    test('is listed, newest first', async () => {
      const one = await planIn('ready');
      const other = await planIn('running');
      const plans = await given.listPlans(2);
      expect(plans).toEqual([await look(other), await look(one)]);
    });
  });
});
