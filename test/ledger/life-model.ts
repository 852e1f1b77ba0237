/**
 * The life of orders as a model of a few lines, and random sequences of what workers, sweeps,
 * people and disasters do, on the model and on the real ledger alike. The vendor sells at random
 * and tells nobody but the one who asked: what it sold is the truth that the laws are held against.
 */
import type { AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import {
  type AnswerRecord,
  type ClaimedOrder,
  cancelWaiting,
  changeAccount,
  endPlans,
  expireAttempts,
  findPlan,
  type Ledger,
  lineResults,
  recordAnswers,
  retryPlan,
  settleOrder,
  steerPlan,
} from '../../src/ledger/index.ts';
import { answerTo, claim, newNumbers, readList, type SmallPlan, sql } from '../support/ledger.ts';
import {
  expectNoMoreThanAsked,
  expectProven,
  type LineOfModel,
  mayFollow,
  stands,
} from './life-families.ts';

type State = 'waiting' | 'sending' | 'filled' | 'short' | 'refused' | 'unknown' | 'cancelled';
export type Order = {
  quantity: number;
  state: State;
  attempts: number;
  numbers: string[];
  line: LineOfModel;
  /** Of a successor: the first order of its family, and which step of the ladder it takes. */
  root: number | null;
  step: number | null;
  /** What it lacks and a successor asks for. */
  moved: number;
  /** Whether what it lacks is to be looked at; false: its line waits for a try. */
  follow: boolean | null;
  /** A person settled its last attempt, perhaps against the evidence; or the answer came later. */
  isSettled: boolean;
  isAgainstEvidence: boolean;
  isAnsweredLate: boolean;
};

/** An attempt as its worker knows it. */
type Flight = {
  order: ClaimedOrder;
  /** What the vendor sold; null: it was not asked. */
  sold: string[] | null;
  /** Its deadline has passed: by its own clock it sends nothing any more. */
  isLate: boolean;
  /** Its process has died, or has recorded the answer. */
  isOver: boolean;
};

export type Model = {
  orders: Map<number, Order>;
  flights: Flight[];
  plan: 'ready' | 'running' | 'standing' | 'paused' | 'finished' | 'cancelled';
  /** A person has ended all tries. */
  isClosed: boolean;
  isAccountPaused: boolean;
};

export type Real = { ledger: Ledger; plan: SmallPlan };
export type Command = AsyncCommand<Model, Real>;

/** What sequences have come upon: a model that never leaves the start keeps every law. */
export const met = new Set<string>();

export const BY = { who: 'Ada', why: 'because' };
const MOVES = {
  start: { from: ['ready'], to: 'running' },
  pause: { from: ['running', 'standing'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['ready', 'running', 'standing', 'paused'], to: 'cancelled' },
} as const;

/** A step of a sequence; `check` says when it makes sense, and the laws are asked after each. */
export function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command {
  return {
    check,
    async run(model, real) {
      await run(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

/** The one at that place, wherever there are fewer. */
export const nth = <T>(all: T[], n: number) => all[n % all.length]!;
/** Mostly one in that state; now and then any. */
export function pickOrder({ orders }: Model, n: number, wanted: State): [number, Order] {
  const fitting = [...orders].filter(([, { state }]) => state === wanted);
  return nth(n < 2 || fitting.length === 0 ? [...orders] : fitting, n);
}
const isOpen = ({ state }: Order) => state === 'waiting' || state === 'sending';
const airborne = ({ flights }: Model) => flights.filter(({ isOver }) => !isOver);
const ready = (model: Model) =>
  airborne(model).filter(({ sold, isLate }) => sold === null && !isLate);

export const claimOrder = (n: number) =>
  command(`claim ${n}`, async (model, { ledger, plan }) => {
    const [id, order] = pickOrder(model, n, 'waiting');
    if (!model.isAccountPaused) await forgetTroubles(ledger, plan);
    const claimed = await claim(ledger, plan, [id]);
    const isPlaced = model.plan === 'running' || model.plan === 'standing';
    const isFree = order.state === 'waiting' && isPlaced && !model.isAccountPaused;
    expect(claimed).toHaveLength(isFree ? 1 : 0);
    for (const each of claimed) {
      Object.assign(order, { state: 'sending', attempts: order.attempts + 1, isSettled: false });
      order.isAgainstEvidence = false;
      model.flights.push({ order: each, sold: null, isLate: false, isOver: false });
    }
  });

export const send = (n: number, share: number) =>
  command(
    `send ${n}, sold ${share}`,
    async (model) => {
      const flight = nth(ready(model), n);
      const { id, quantity } = flight.order;
      const sales = model.flights.filter(({ order, sold }) => order.id === id && sold?.length);
      expect(sales).toEqual([]);
      flight.sold = numbersIn(flight.order, Math.round(quantity * share));
      expectProven(model, id);
      expectNoMoreThanAsked(model);
      if (model.orders.get(id)?.root) met.add('successor');
    },
    (model) => ready(model).length > 0,
  );

/** New ones, with the area code that the order asks for. */
const numbersIn = ({ areaCode }: ClaimedOrder, count: number) =>
  newNumbers(count).map((number) => `${areaCode}${number.slice(3)}`);

export const answer = (n: number, isClear: boolean, kind: number) =>
  command(
    `answer ${n}, ${isClear ? 'clear' : 'garbled'}, ${kind}`,
    async (model, { ledger, plan }) => {
      const late = airborne(model).filter(({ isLate }) => isLate);
      const flight = nth(n > 5 && late.length > 0 ? late : airborne(model), n);
      flight.isOver = true;
      const record = answerOf(flight, isClear, kind);
      const order = model.orders.get(flight.order.id)!;
      const isTaken =
        (order.state === 'sending' || order.state === 'unknown') &&
        order.attempts === flight.order.attempt;
      const wasUnknown = order.state === 'unknown';
      const recorded = await recordAnswers(ledger, plan.account.id, [record]);
      expect(recorded).toHaveLength(isTaken ? 1 : 0);
      // Once more: the first time the connection had been cut before it could be said.
      expect(await recordAnswers(ledger, plan.account.id, [record])).toEqual([]);
      if (!isTaken) {
        met.add('too late');
        if (order.attempts === flight.order.attempt) order.isAnsweredLate = true;
        return;
      }
      Object.assign(order, { state: record.state, numbers: record.numbers });
      met.add(wasUnknown ? `late ${record.outcome}` : record.outcome);
      if (wasUnknown && record.state === 'waiting') reopen(model);
    },
    (model) => airborne(model).length > 0,
  );

function answerOf({ order, sold }: Flight, isClear: boolean, kind: number): AnswerRecord {
  if (sold === null) return answerTo(order, 'not_sent');
  if (!isClear) return answerTo(order, 'unknown');
  if (sold.length === order.quantity) return answerTo(order, 'filled', { numbers: sold });
  if (sold.length > 0) return answerTo(order, 'short', { numbers: sold });
  return answerTo(order, nth(['short', 'refused', 'credentials', 'throttled'] as const, kind));
}

export const die = (n: number) =>
  command(
    `die ${n}`,
    async (model) => {
      nth(airborne(model), n).isOver = true;
    },
    (model) => airborne(model).length > 0,
  );

export const passDeadlines = () =>
  command('deadlines pass', async (model, { ledger, plan }) => {
    await sql(
      ledger,
      `update ledger.attempts set deadline_tick = 0
       where outcome is null and order_id = any($1::bigint[])`,
      [[...model.orders.keys()]],
    );
    const sending = [...model.orders].filter(([, { state }]) => state === 'sending');
    expect((await expireAttempts(ledger, plan.account.id)).sort()).toEqual(
      sending.map(([id]) => id).sort(),
    );
    for (const [, order] of sending) order.state = 'unknown';
    for (const flight of model.flights) flight.isLate = true;
  });

/** By a person who has asked the vendor, once nothing of the order can be on its way any more. */
export const settle = (n: number, isListed: boolean) =>
  command(`settle ${n}${isListed ? ', listed' : ''}`, async (model, { ledger, plan }) => {
    const [id, order] = pickOrder(model, n, 'unknown');
    const sold = model.flights.find((f) => f.order.id === id && f.sold?.length)?.sold ?? [];
    const finding = sold.length > 0 ? { bought: sold } : ({ nothing: true } as const);
    if (isListed) await readList(ledger, plan.account, [...listed(model), ...sold]);
    const settled = settleOrder(ledger, id, finding, BY, { againstEvidence: true });
    if (order.state !== 'unknown') {
      await expect(settled).rejects.toMatchObject({ code: 'wrong_state' });
      return;
    }
    await settled;
    met.add('settled');
    Object.assign(order, { isSettled: true, isAgainstEvidence: await isObjected(ledger, id) });
    order.numbers = sold;
    order.state = sold.length === order.quantity ? 'filled' : sold.length > 0 ? 'short' : 'waiting';
    if (order.state === 'waiting') reopen(model);
  });

/** All that the ledger knows to be owned: a list that lacks some of it would be another matter. */
const listed = ({ orders }: Model) => [...orders.values()].flatMap(({ numbers }) => numbers);

/** Whether something spoke against its settlement: what does is tested elsewhere. */
async function isObjected(ledger: Ledger, id: number): Promise<boolean> {
  const [row] = await sql<{ is: boolean }>(
    ledger,
    `select t.against_evidence as is from ledger.attempts t join ledger.orders o
       on o.id = t.order_id and o.attempts = t.no where o.id = $1`,
    [id],
  );
  return row!.is;
}

export const steer = (move: keyof typeof MOVES) =>
  command(move, async (model, { ledger, plan }) => {
    const { from, to }: { from: readonly string[]; to: Model['plan'] } = MOVES[move];
    const steered = steerPlan(ledger, plan.id, move, BY);
    if (from.includes(model.plan)) {
      expect(await steered).toMatchObject({ state: to });
      model.plan = to;
    } else await expect(steered).rejects.toMatchObject({ code: 'wrong_state' });
  });

export const retry = () =>
  command('retry', async (model, { ledger, plan }) => {
    const retried = retryPlan(ledger, plan.id, BY);
    if (model.plan === 'ready' || model.plan === 'cancelled') {
      await expect(retried).rejects.toMatchObject({ code: 'wrong_state' });
      return;
    }
    const refused = [...model.orders.values()].filter(({ state }) => state === 'refused');
    expect(await retried).toBe(refused.length);
    for (const order of refused) order.state = 'waiting';
    if (refused.length > 0) reopen(model);
  });

export const sweep = () =>
  command('sweep', async (model, { ledger, plan }) => {
    await endPlans(ledger, plan.account.id);
    expect(await cancelWaiting(ledger, plan.id)).toBe(0);
    for (const order of model.orders.values()) {
      if (model.plan === 'cancelled' && order.state === 'waiting') order.state = 'cancelled';
    }
    const isGoing = model.plan === 'running' || model.plan === 'standing';
    if (!isGoing || [...model.orders.values()].some(isOpen) || mayFollow(model)) return;
    model.plan = stands(model) ? 'standing' : 'finished';
  });

export const steerAccount = (isPaused: boolean) =>
  command(isPaused ? 'pause account' : 'resume account', async (model, { ledger, plan }) => {
    const change = isPaused ? { pause: 'the bill' } : ({ resume: true } as const);
    await changeAccount(ledger, plan.account.name, change, BY);
    model.isAccountPaused = isPaused;
  });

/** An order waits again. */
function reopen(model: Model): void {
  if (model.plan === 'finished') model.plan = 'running';
}

/** The account's own pauses and rests, which are tested elsewhere, must not hold up a sequence. */
async function forgetTroubles(ledger: Ledger, { account }: SmallPlan): Promise<void> {
  await sql(
    ledger,
    `update ledger.accounts set paused_reason = null, resume_at = null, probe = null, recent = ''
     where id = $1`,
    [account.id],
  );
}

async function compare(model: Model, { ledger, plan }: Real): Promise<void> {
  const rows = await sql(
    ledger,
    `select o.id, o.state, o.attempts, o.bought, o.quantity, o.root, o.step, o.moved, o.follow,
       coalesce((select json_agg(n.number::text order by n.number)
         from ledger.numbers n where n.order_id = o.id), '[]'::json) as numbers
     from ledger.orders o where o.plan_id = $1 order by o.id`,
    [plan.id],
  );
  const expected = [...model.orders].map(([id, order]) => {
    const { state, attempts, numbers, quantity, root, step, moved, follow } = order;
    const known = { id, state, attempts, quantity, root, step, moved, follow };
    return { ...known, bought: numbers.length, numbers: [...numbers].sort() };
  });
  expect(rows).toEqual(expected.sort((a, b) => a.id - b.id));
  const document = await findPlan(ledger, plan.id);
  expect(document.state).toBe(model.plan);
  expect(document.requested).toBe(sumOf(document));
  for (const line of (await Array.fromAsync(lineResults(ledger, plan.id))).flat())
    expect(line.requested).toBe(sumOf(line));
  for (const { order, sold } of model.flights) {
    const { state, numbers } = model.orders.get(order.id)!;
    const isKnown = sold?.every((number) => numbers.includes(number)) ?? true;
    // Nothing lost: it is recorded, or the order is still being asked about.
    expect(isKnown || state === 'unknown' || state === 'sending').toBe(true);
  }
}

type Sums = Pick<
  Awaited<ReturnType<typeof findPlan>>,
  'bought' | 'short' | 'refused' | 'undelivered' | 'unknown' | 'cancelled' | 'pending'
>;

const sumOf = ({ bought, short, refused, undelivered, unknown, cancelled, pending }: Sums) =>
  bought + short + refused + undelivered + unknown + cancelled + pending;
