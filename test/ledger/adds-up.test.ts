import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasCode } from '../../src/errors.ts';
import type { Ladder } from '../../src/fallback/index.ts';
import {
  type AnswerRecord,
  type ClaimedOrder,
  cancelWaiting,
  changeAccount,
  closeLines,
  endPlans,
  expireAttempts,
  findPlan,
  type Ledger,
  openSuccessors,
  recordAnswers,
  retryPlan,
  settlements,
  settleOrder,
  steerPlan,
  unknownOrders,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { allLines, brokenLaws, sql } from '../support/ledger.ts';
import { describeOnBothDrivers } from '../support/ledger-drivers.ts';
import { PARTS, sumOfParts } from '../support/parts.ts';
import { linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, newNumbers, record } from '../support/sending.ts';

const HOUR_MS = 3_600_000;
const OUTCOMES = [
  'filled',
  'filled',
  'short',
  'refused',
  'credentials',
  'throttled',
  'not_sent',
  'unknown',
] as const satisfies AnswerRecord['outcome'][];

/**
 * What has happened so far to one plan: its attempts, answered or not, and what the vendor sold.
 */
type World = {
  ledger: Ledger;
  plan: SmallPlan;
  sent: ClaimedOrder[];
  /** By order and attempt: who records an answer again records the same one. */
  answers: Map<string, AnswerRecord>;
};

/** Its deadline passes, so that it is unknown; the plan's other orders are still being sent. */
async function claimExpires(ledger: Ledger, { account }: SmallPlan, { id }: ClaimedOrder) {
  await sql(ledger, 'update ledger.attempts set deadline_tick = -1 where order_id = $1', [id]);
  await expireAttempts(ledger, account.id);
}

type Operation = (world: World, pick: number, some: number) => Promise<unknown>;

/**
 * All that workers, sweeps and people may do, in any order, at the right time and at the wrong one.
 */
const OPERATIONS = {
  claim: async ({ ledger, plan, sent }, pick, some) => {
    const known = 'select id from ledger.orders where plan_id = $1 order by id';
    const ids = (await sql<{ id: number }>(ledger, known, [plan.id]))
      .map(({ id }) => id)
      .filter((_, n) => (n + pick) % (1 + (some % 3)) === 0);
    // A rest must not keep a sequence from going on.
    await sql(ledger, 'update ledger.accounts set resume_at = null where id = $1', [
      plan.account.id,
    ]);
    sent.push(...(await claim(ledger, plan, ids)));
  },
  answer: async (world, pick, some) => {
    const order = world.sent[pick % world.sent.length];
    if (!order) return;
    await recordAnswers(world.ledger, world.plan.account.id, [answerOnce(world, order, some)]);
  },
  answerAll: async (world, _, some) => {
    // One answer to each order, as from as many jobs: to its last attempt.
    const last = new Map(world.sent.map((order) => [order.id, order]));
    const answers = [...last.values()].map((order) => answerOnce(world, order, some));
    await recordAnswers(world.ledger, world.plan.account.id, answers);
  },
  expire: async ({ ledger, plan }, pick) => {
    const late = `update ledger.attempts set deadline_tick = 0
      where order_id / 10000000 = $1 and order_id % 3 = $2`;
    await sql(ledger, late, [plan.id, pick % 3]);
    await expireAttempts(ledger, plan.account.id);
  },
  settle: async ({ ledger, plan }, pick, some) => {
    const unknown = await unknownOrders(ledger, { planId: plan.id });
    const order = unknown[pick % unknown.length];
    if (!order) return;
    const most = order.quantity - order.bought;
    const finding =
      some % 3 ? { bought: newNumbers(1 + (some % most)) } : ({ nothing: true } as const);
    await settleOrder(ledger, order.order, finding, BY, { againstEvidence: true });
  },
  unsettle: async ({ ledger, plan }, pick) => {
    const settled = await settlements(ledger, { planId: plan.id });
    const one = settled[pick % settled.length];
    if (one) await unsettleOrder(ledger, one.order, BY);
  },
  open: async ({ ledger, plan }, pick) => {
    const isTime = 'update ledger.standing set next_at = ledger.now() where plan_id = $1';
    if (pick % 2) await sql(ledger, isTime, [plan.id]);
    await openSuccessors(ledger, plan.account.id, HOUR_MS);
  },
  close: async ({ ledger, plan }, pick) => {
    if (pick % 3 === 0) await closeLines(ledger, plan.id, pick % 2 ? null : 2, BY);
  },
  retry: ({ ledger, plan }) => retryPlan(ledger, plan.id, BY),
  sweep: ({ ledger, plan }) => endPlans(ledger, plan.account.id),
  cancelSome: ({ ledger, plan }) => cancelWaiting(ledger, plan.id),
  steer: ({ ledger, plan }, pick) => {
    // A cancelled plan is the end of it: seldom.
    const move = (['pause', 'resume', 'resume', 'start'] as const)[pick % 4];
    return steerPlan(ledger, plan.id, pick % 7 === 0 ? 'cancel' : move!, BY);
  },
  resumeAccount: ({ ledger, plan }) =>
    changeAccount(ledger, plan.account.name, { resume: true }, BY),
} satisfies Record<string, Operation>;

function answerOnce({ answers }: World, order: ClaimedOrder, some: number): AnswerRecord {
  const key = `${order.id} ${order.attempt}`;
  const known = answers.get(key);
  if (known) return known;
  const outcome = OUTCOMES[some % OUTCOMES.length]!;
  const answer = answerTo(order, outcome);
  if (outcome === 'not_sent' && some % 2) answer.state = 'undelivered';
  if (outcome === 'short') answer.numbers = newNumbers(some % order.quantity);
  // At times the vendor sells what it has sold before.
  const sold = [...answers.values()].flatMap(({ numbers }) => numbers);
  const again = sold[some % sold.length];
  if (outcome === 'filled' && some % 3 === 0 && again) answer.numbers[0] = again;
  answers.set(key, answer);
  return answer;
}

async function addsUp({ ledger, plan }: World): Promise<void> {
  const document = await findPlan(ledger, plan.id);
  expect(document.requested).toBe(sumOfParts(document));
  for (const part of PARTS) expect(document[part]).toBeGreaterThanOrEqual(0);
  expect(document.substituted).toBeLessThanOrEqual(document.bought);
  const lines = await allLines(ledger, plan.id);
  for (const each of lines) expect(each.requested).toBe(sumOfParts(each));
  for (const part of PARTS) {
    expect(lines.reduce((sum, each) => sum + each[part], 0)).toBe(document[part]);
  }
  const broken = await brokenLaws(ledger, plan.id);
  // A person who settles against the evidence may have the vendor sell twice: the audit says so,
  // and the sums still hold.
  expect(broken.filter((law) => law !== 'no_surplus')).toEqual([]);
}

const step = fc.record({
  operation: fc.constantFrom(...(Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[])),
  pick: fc.nat({ max: 1000 }),
  some: fc.nat({ max: 1000 }),
});

/** The first line has a ladder with a cap, the second stands, and the third has neither. */
const LADDER: Ladder = {
  ...{ type: 'local', areaCode: '212', fallback: 'to:332+646:20 to:202' },
  steps: [
    { rung: 1, name: 'to:332+646', areaCode: '332', type: 'local', miles: null, cap: 20 },
    { rung: 1, name: 'to:332+646', areaCode: '646', type: 'local', miles: null, cap: 20 },
    { rung: 2, name: 'to:202', areaCode: '202', type: 'local', miles: null, cap: null },
  ],
};
const WISHES = [{ fallback: LADDER.fallback }, { fallback: LADDER.fallback, keepTrying: '3d' }, {}];
const withWishes = (quantities: number[]) =>
  linesOf(...quantities).map((line, at) => ({ ...line, ...WISHES[at] }));

const CLAIM = { operation: 'claim', pick: 0, some: 0 } as const;
const SHORT = { operation: 'answerAll', pick: 0, some: OUTCOMES.indexOf('short') } as const;
const OPEN = { operation: 'open', pick: 1, some: 0 } as const;
/** They go everywhere, however few others there is time for. */
const EXAMPLES: [number[], { operation: keyof typeof OPERATIONS; pick: number; some: number }[]][] =
  [
    [[30], [CLAIM, { operation: 'answerAll', pick: 0, some: OUTCOMES.indexOf('filled') }]],
    [[30], [CLAIM, { operation: 'expire', pick: 0, some: 0 }]],
    [
      [30, 60],
      [CLAIM, SHORT, OPEN, CLAIM, SHORT, OPEN, OPEN, CLAIM, SHORT, OPEN, OPEN, CLAIM],
    ],
  ];

/** PGlite takes eight times as long for a run, and both understand the same statements. */
const RUNS = { embedded: 8, postgres: 52 };

describeOnBothDrivers('everything adds up', (given) => {
  test('when one order leaves a state as another of another size enters it', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(10, 3) });
    const [ten, three] = (await claim(ledger, plan)) as [ClaimedOrder, ClaimedOrder];
    await claimExpires(ledger, plan, ten);
    // Both in one statement: the late answer of the one, and the lost answer of the other.
    await record(ledger, plan, answerTo(ten, 'refused'), answerTo(three, 'unknown'));
    expect(await findPlan(ledger, plan.id)).toMatchObject({ refused: 10, unknown: 3, pending: 0 });
    expect(await brokenLaws(ledger, plan.id)).toEqual([]);
  });

  test('after every step, whatever happens, and in whatever order', async () => {
    const done = new Set<string>();
    const quantities = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 3 });
    const steps = fc.array(step, { minLength: 8, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(quantities, steps, async (wanted, all) => {
        const { ledger } = given;
        const plan = await newPlan(ledger, { lines: withWishes(wanted), ladders: [LADDER] });
        const world: World = { ledger, plan, sent: [], answers: new Map() };
        await addsUp(world);
        const states = `select distinct state from ledger.orders where plan_id = $1
          union select case when step > 0 then 'substitute' when step = 0 then 'again' else '' end
          from ledger.orders where plan_id = $1`;
        for (const { operation, pick, some } of all) {
          const act: Operation = OPERATIONS[operation];
          await act(world, pick, some).catch((error) => {
            // What is asked at the wrong time is refused, and must not change anything either.
            if (!hasCode(error, 'wrong_state')) throw error;
          });
          await addsUp(world);
          for (const row of await sql<{ state: string }>(ledger, states, [plan.id]))
            done.add(row.state);
        }
      }),
      { numRuns: RUNS[given.ledger.kind], examples: EXAMPLES },
    );
    // It has been somewhere: a property that never leaves the start holds as well.
    const everywhere = ['filled', 'unknown', 'waiting', 'again', 'substitute'];
    expect([...done].sort()).toEqual(expect.arrayContaining(everywhere));
  });
});
