/** What people and the sweep do to orders and plans. */

import { expect } from 'vitest';
import {
  cancelWaiting,
  changeAccount,
  endPlans,
  type Ledger,
  retryPlan,
  settleOrder,
  steerPlan,
} from '../../src/ledger/index.ts';
import { BY, withNewReason } from '../support/by.ts';
import { orderRow, sql } from '../support/ledger.ts';
import { readList } from '../support/sending.ts';
import { mayFollow, stands } from './life-families.ts';
import { command, type Model, met, type Order, pickOrder, reopen } from './life-model.ts';

const MOVES = {
  start: { from: ['ready'], to: 'running' },
  pause: { from: ['running', 'standing'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['ready', 'running', 'standing', 'paused'], to: 'cancelled' },
} as const;

const isOpen = ({ state }: Order) => state === 'waiting' || state === 'sending';

/** By a person who has asked the vendor, once nothing of the order can be on its way any more. */
export const settle = (n: number, isListed: boolean) =>
  command(`settle ${n}${isListed ? ', listed' : ''}`, async (model, { ledger, plan }) => {
    const [id, order] = pickOrder(model, n, 'unknown');
    const sold = model.flights.find((f) => f.order.id === id && f.sold?.length)?.sold ?? [];
    const finding = sold.length > 0 ? { bought: sold } : ({ nothing: true } as const);
    // What an order in flight bought would speak against others that wait to be sent again.
    const mayList = isListed && order.state === 'unknown';
    if (mayList) await readList(ledger, plan.account, [...listed(model), ...sold]);
    const { attempts: attempt } = await orderRow(ledger, id);
    const settled = settleOrder(ledger, id, finding, withNewReason(), {
      attempt,
      againstEvidence: true,
    });
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
    `select t.is_doubtful as is from ledger.attempts t join ledger.orders o
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
    const refused = [...model.orders.values()].filter(({ state }) => state === 'refused');
    if (model.plan === 'ready' || model.plan === 'cancelled' || refused.length === 0) {
      await expect(retried).rejects.toMatchObject({ code: 'wrong_state' });
      return;
    }
    expect(await retried).toBe(refused.length);
    for (const order of refused) {
      order.state = 'waiting';
      // She asks for it although its line is not tried any more.
      if (model.isClosed) order.isTry = false;
    }
    reopen(model);
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
