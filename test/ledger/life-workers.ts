/** What workers do to orders, and what becomes of a worker. */
import { expect } from 'vitest';
import {
  type AnswerRecord,
  type ClaimedOrder,
  expireAttempts,
  type Ledger,
  recordAnswers,
  whyNotClaimed,
} from '../../src/ledger/index.ts';
import { sql } from '../support/ledger.ts';
import type { SmallPlan } from '../support/plans.ts';
import { answerTo, claim, newNumbers } from '../support/sending.ts';
import { endTriesInModel, expectNoMoreThanAsked, expectProven } from './life-families.ts';
import {
  command,
  type Flight,
  type Model,
  met,
  nth,
  pickOrder,
  type Real,
  reopen,
} from './life-model.ts';

const airborne = ({ flights }: Model) => flights.filter(({ isOver }) => !isOver);
const ready = (model: Model) =>
  airborne(model).filter(({ sold, isLate }) => sold === null && !isLate);

export const claimOrder = (n: number) =>
  command(`claim ${n}`, async (model, real) => {
    await doClaim(model, real, n);
  });

async function doClaim(model: Model, { ledger, plan }: Real, n: number) {
  const [id, order] = pickOrder(model, n, 'waiting');
  if (!model.isAccountPaused) await forgetTroubles(ledger, plan);
  const [claimed, ...others] = await claim(ledger, plan, [id]);
  const isPlaced = model.plan === 'running' || model.plan === 'standing';
  const isEnded = order.state === 'waiting' && isPlaced && order.isTry && model.isClosed;
  const isFree = order.state === 'waiting' && isPlaced && !model.isAccountPaused && !isEnded;
  expect([claimed !== undefined, ...others]).toEqual([isFree]);
  if (isEnded) {
    expect(await whyNotClaimed(ledger, id, plan.account.id)).toEqual({ why: 'gone' });
    endTriesInModel(model, order.line);
  }
  if (!claimed) return;
  const flight: Flight = { order: claimed, sold: null, isLate: false, isOver: false };
  Object.assign(order, { state: 'sending', attempts: order.attempts + 1, isSettled: false });
  order.isAgainstEvidence = false;
  model.flights.push(flight);
  return flight;
}

export const send = (n: number, share: number) =>
  command(
    `send ${n}, sold ${share}`,
    async (model) => sell(model, nth(ready(model), n), share),
    (model) => ready(model).length > 0,
  );

function sell(model: Model, flight: Flight, share: number): void {
  const { id, quantity } = flight.order;
  const sales = model.flights.filter(({ order, sold }) => order.id === id && sold?.length);
  expect(sales).toEqual([]);
  flight.sold = numbersIn(flight.order, Math.round(quantity * share));
  expectProven(model, id);
  expectNoMoreThanAsked(model);
  if (model.orders.get(id)?.root) met.add('successor');
}

/** New ones, with the area code that the order asks for. */
const numbersIn = ({ areaCode }: ClaimedOrder, count: number) => newNumbers(count, areaCode!);

export const answer = (n: number, isClear: boolean, kind: number) =>
  command(
    `answer ${n}, ${isClear ? 'clear' : 'garbled'}, ${kind}`,
    async (model, real) => {
      const late = airborne(model).filter(({ isLate }) => isLate);
      const flight = nth(n > 5 && late.length > 0 ? late : airborne(model), n);
      await hear(model, real, flight, answerOf(flight, isClear, kind));
    },
    (model) => airborne(model).length > 0,
  );

async function hear(model: Model, { ledger, plan }: Real, flight: Flight, record: AnswerRecord) {
  flight.isOver = true;
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
}

/** All at once, so that sequences come far. */
export const buy = (n: number, share: number, isClear: boolean, kind: number) =>
  command(`buy ${n}, sold ${share}, ${isClear ? 'clear' : 'garbled'}`, async (model, real) => {
    const flight = await doClaim(model, real, n);
    if (!flight) return;
    sell(model, flight, share);
    await hear(model, real, flight, answerOf(flight, isClear, kind));
  });

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

/** The account's own pauses and rests, which are tested elsewhere, must not hold up a sequence. */
async function forgetTroubles(ledger: Ledger, { account }: SmallPlan): Promise<void> {
  await sql(
    ledger,
    `update ledger.accounts set paused_reason = null, resume_at = null, probe = null, recent = ''
     where id = $1`,
    [account.id],
  );
}
