/** What the sweep and people do to families of orders, on the model and on the ledger. */

import { expect } from 'vitest';
import { closeLines, openSuccessors, unsettleOrder } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { sql } from '../support/ledger.ts';
import {
  endTriesInModel,
  familyOf,
  isOverCapInModel,
  openInModel,
  withdrawUnsentInModel,
} from './life-families.ts';
import { type Command, command, type Model, met, nth } from './life-model.ts';

const HOUR_MS = 3_600_000;

export const open = (): Command =>
  command('open successors', async (model, { ledger, plan }) => {
    const opened = await openSuccessors(ledger, plan.account.id, HOUR_MS);
    expect(opened).toBe(openInModel(model, plan.id));
    if ([...model.orders.values()].some(({ step }) => step === 0)) met.add('tried again');
  });

export const becomeDue = (): Command =>
  command('it is time for tries', async (model, { ledger, plan }) => {
    await sql(ledger, 'update ledger.standing set next_at = ledger.now() where plan_id = $1', [
      plan.id,
    ]);
    for (const { line } of model.orders.values()) line.isDue = line.isStanding;
  });

export const close = (): Command =>
  command('close', async (model, { ledger, plan }) => {
    const closing = closeLines(ledger, plan.id, null, BY);
    const all = [...model.orders.values()];
    const mayGoOn = all.some(
      ({ state, follow }) => state === 'unknown' || (state === 'short' && follow !== null),
    );
    const isOver = model.plan === 'cancelled' || (model.plan === 'finished' && !mayGoOn);
    if (model.isClosed || isOver) {
      await expect(closing).rejects.toMatchObject({ code: 'wrong_state' });
      return;
    }
    await closing;
    model.isClosed = true;
    for (const line of new Set(all.map((order) => order.line))) endTriesInModel(model, line);
    for (const order of model.orders.values())
      if (order.state === 'short' && order.follow === false) order.follow = null;
  });

/** What she took for granted is in doubt again, and so is what was to follow from it. */
export const unsettle = (n: number): Command =>
  command(
    `unsettle ${n}`,
    async (model, { ledger }) => {
      const [id, order] = nth(settledOrders(model), n);
      const later = familyOf(model, order.root ?? id).filter(([other]) => other > id);
      const unsettling = unsettleOrder(ledger, id, BY);
      const isAsked = order.moved > 0 && later.some(([, { attempts }]) => attempts > 0);
      if (isAsked || isOverCapInModel(model, id)) {
        await expect(unsettling).rejects.toMatchObject({ code: 'wrong_state' });
        return;
      }
      await unsettling;
      withdrawUnsentInModel(model, order.line);
      Object.assign(order, { state: 'unknown', numbers: [], isSettled: false });
      // Once it is settled, the ledger decides again whether a try follows.
      if (order.follow === false) order.follow = true;
      order.isAgainstEvidence = false;
    },
    (model) => settledOrders(model).length > 0,
  );

const settledOrders = ({ orders }: Model) =>
  [...orders].filter(([, { isSettled, isAnsweredLate }]) => isSettled && !isAnsweredLate);
