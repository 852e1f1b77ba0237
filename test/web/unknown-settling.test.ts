/** A person settles unknown orders, on the page and over the API: helped, not obeyed blindly. */

import { beforeAll, describe, expect, test } from 'vitest';
import { LACK_FOLLOWS } from '../../src/fallback/index.ts';
import {
  keepVerdicts,
  planEvents,
  planOf,
  recordAnswers,
  settleOrder,
  steerPlan,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import { BY, withNewReason } from '../support/by.ts';
import { orderRow, passTime } from '../support/ledger.ts';
import { newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claimOne, newNumbers, readList, sendOne } from '../support/sending.ts';
import { ANYHOW, forgetAnswer, NOTHING } from '../support/settling.ts';
import { documentedSite } from './documented.ts';
import { judgedOrders } from './judged-orders.ts';
import { formOn, leadsTo, press, read, ticked, words } from './pages-forms.ts';
import { ask, codeOf, post, problemIn } from './site.ts';

const { given, site } = documentedSite();
const settle = (order: number, body: object) => post(site, `/api/orders/${order}/settle`, body);
const stateOf = async (order: number) => (await orderRow(given.ledger, order)).state;

describe('what something speaks against', () => {
  test('is refused over the API with each objection, and taken with againstEvidence', async () => {
    const { orders } = await judgedOrders(given.ledger, {
      finding: 'bought',
      numbers: newNumbers(10),
    });
    const order = orders[0].id;
    const body = { nothing: true, by: 'Grace', why: 'not in the account' };
    const { status, json } = await settle(order, body);
    expect({ status, error: json.error }).toMatchObject({
      status: 409,
      error: {
        code: 'against_evidence',
        objections: [expect.stringMatching(/^The verdict of the vendor's list is that it bought /)],
      },
    });
    expect(await stateOf(order)).toBe('unknown');
    const taken = await settle(order, { ...body, againstEvidence: true });
    expect(taken.json).toEqual({ order, state: 'waiting', bought: 0 });
  });

  test('is shown beside a box, with what was typed, and taken with the box', async () => {
    const { plan, orders } = await judgedOrders(given.ledger, { finding: 'nothing' });
    const order = orders[0].id;
    await readList(given.ledger, plan.account, []);
    const fields = { by: 'Bea', why: 'their portal says so', more: '+1 415 555 0142' };
    const refused = await press(site, `/unknown/${order}/bought`, fields);
    expect(refused.status).toBe(409);
    for (const says of [
      "Nothing was changed because of these objections: The verdict of the vendor's list is that",
      'it bought nothing. It asked for local 212, and so cannot have bought 4155550142.',
      "4155550142. The vendor's newest list, of ",
      'does not have 4155550142. I know better: settle it anyway.',
    ])
      expect(words(refused)).toContain(says);
    expect(refused.text).toContain('value="their portal says so"');
    expect(await stateOf(order)).toBe('unknown');
    const taken = await press(site, `/unknown/${order}/bought`, {
      ...fields,
      ...ticked(refused),
    });
    expect(leadsTo(taken)).toBe(`303 /unknown?settled=${order}`);
    expect(await read(site, taken.headers.location!)).toContain(
      `Bea settled order ${order}: it bought 1 number. That was against the evidence: The `,
    );
    expect((await planEvents(given.ledger, plan.id, 1))[0]?.detail.againstEvidence).toHaveLength(3);
  });

  test('has no tick where something else is wrong', async () => {
    const { orders } = await judgedOrders(given.ledger, null);
    const refused = await press(site, `/unknown/${orders[0].id}/bought`, { by: 'B', why: 'w' });
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain('againstEvidence');
  });
});

describe('what follows for an order that bought nothing', () => {
  test.each([
    ['running', null, 'The order will be sent again. If it did buy after all, you may pay for'],
    ['paused', 'pause', 'The order will be sent again once its plan is resumed. If it did buy'],
    ['cancelled', 'cancel', 'The plan is cancelled, so the order will not be sent again. A plan'],
  ] as const)('is said beside the button, for a plan that is %s', async (state, move, says) => {
    const { plan, orders } = await judgedOrders(given.ledger, null);
    if (move) await steerPlan(given.ledger, plan.id, move, BY);
    const shown = await read(site, `/unknown?order=${orders[0].id}`);
    expect(shown).toContain(says);
    expect(shown.includes('Nothing was bought, send again')).toBe(state !== 'cancelled');
  });

  test('is said on the page of its plan: that of a cancelled one is never sent again', async () => {
    const { plan } = await judgedOrders(given.ledger, null);
    const until = 'will not be sent again until someone settles';
    expect(await read(site, `/plans/${plan.id}`)).toContain(until);
    await steerPlan(given.ledger, plan.id, 'cancel', BY);
    const shown = await read(site, `/plans/${plan.id}`);
    expect(shown).toMatch(/The plan is cancelled, so (?:it|they) will not be sent again\. Settle/);
    expect(shown).not.toContain(until);
  });

  test('is said where it bought a part: what it lacks may be asked for again', async () => {
    const { orders } = await judgedOrders(given.ledger, null);
    expect(await read(site, `/unknown?order=${orders[0].id}`)).toContain(
      `Record as bought The order will not be sent again, but ${LACK_FOLLOWS}.`,
    );
  });

  test('is said of the settlement too, for any plan', async () => {
    const { plan, orders } = await judgedOrders(given.ledger, null);
    await steerPlan(given.ledger, plan.id, 'cancel', BY);
    await settleOrder(given.ledger, orders[0].id, NOTHING, BY, ANYHOW);
    expect(await read(site, `/plans/${plan.id}`)).toContain(
      `Ada settled order ${orders[0].id}: it bought nothing, and is sent again unless its plan ` +
        'is cancelled.',
    );
  });
});

describe('what was settled and taken back, of the same attempt,', () => {
  /** Settled as nothing over the API, and taken back by another person. */
  const takenBack = async () => {
    const { plan, orders } = await judgedOrders(given.ledger, null);
    const order = orders[0].id;
    await readList(given.ledger, plan.account, []);
    const said = { nothing: true, attempt: 1, by: 'Grace', why: 'not in the account' };
    expect((await settle(order, said)).status).toBe(200);
    await unsettleOrder(given.ledger, order, { who: 'Bea', why: 'the vendor says that it sold' });
    const { json } = await ask(site, `/api/unknown?plan=${plan.id}`);
    const { takenBackAt } = json.orders[0];
    return { plan, order, takenBackAt, said: { ...said, by: 'Carl', why: 'I looked' } };
  };

  test.each([
    ['names the attempt alone', {}],
    ['names nothing that was looked at', { attempt: undefined }],
    ['says that nothing was taken back', { takenBackAt: null }],
  ])('is not settled over the API by who %s', async (_, more) => {
    const { order, takenBackAt, said } = await takenBack();
    expect(problemIn(await settle(order, { ...said, ...more }))).toMatchObject([
      409,
      {
        ...{ code: 'wrong_state', order, takenBackAt },
        message: expect.stringContaining('and then name "takenBackAt".'),
      },
    ]);
    expect(await stateOf(order)).toBe('unknown');
  });

  test('is settled by who looked since, until that is taken back, too', async () => {
    const { order, takenBackAt, said } = await takenBack();
    const since = { ...said, takenBackAt };
    expect((await settle(order, since)).json).toMatchObject({ order, state: 'waiting' });
    await unsettleOrder(given.ledger, order, { who: 'Bea', why: 'no' });
    expect(codeOf(await settle(order, { ...since, why: 'so' }))).toEqual([409, 'wrong_state']);
  });

  test('is settled by a command that looks first, and not by one that has not', async () => {
    const { order } = await takenBack();
    const operations = await operationsOver(site.url, null);
    const [shown] = await operations.unknown(planOf(order));
    const carl = { by: { who: 'Carl', why: 'I looked' }, finding: NOTHING, againstEvidence: false };
    const looked = (takenBackAt: Date | null) => ({ ...carl, attempt: 1, takenBackAt });
    await expect(operations.settle(order, looked(null))).rejects.toThrow('leave --attempt out');
    const { state } = await operations.settle(order, looked(shown!.takenBackAt));
    expect(state).toBe('waiting');
  });
});

describe('what was settled', () => {
  let plan: SmallPlan;
  let order: number;
  beforeAll(async () => {
    const unknown = await judgedOrders(given.ledger, null);
    plan = unknown.plan;
    order = unknown.orders[0].id;
    await readList(given.ledger, plan.account, []);
    await settleOrder(given.ledger, order, NOTHING, BY);
  });

  test('is listed with a way to take it back, of one plan or of all', async () => {
    for (const path of ['/unknown', `/unknown?plan=${plan.id}`]) {
      expect(await read(site, path)).toContain(
        'Settled recently can be taken back until the order is sent again ' +
          '10 numbers not bought in 212 , plan.csv ' +
          `order ${order} Take back…`,
      );
    }
    const other = await newPlan(given.ledger);
    expect(await read(site, `/unknown?plan=${other.id}`)).not.toContain('Settled recently');
  });

  test('is taken back on the page by a named person with a reason', async () => {
    const path = `/unknown/${order}/undo`;
    const shown = await formOn(site, `/unknown?plan=${plan.id}`, path);
    expect(words(await press(site, path, { by: 'Bea' }))).toContain('Say what was wrong.');
    expect(words(await press(site, path, { why: 'x' }))).toContain('Say who you are.');
    expect(await stateOf(order)).toBe('waiting');
    const undone = await press(site, path, { by: 'Bea', why: 'that was another order' });
    expect(leadsTo(undone)).toBe(`303 /unknown?order=${order}`);
    expect(await stateOf(order)).toBe('unknown');
    expect(await read(site, `/plans/${plan.id}`)).toContain(
      `Bea took back the settlement of order ${order}: it is unknown again. ` +
        'Reason: “that was another order”.',
    );
    const late = await press(site, path, { ...shown, by: 'Bea', why: 'again' });
    expect(late.status).toBe(409);
    expect(words(late)).toContain('There is nothing to take back');
  });

  test('is taken back over the API, until the order has been sent again', async () => {
    await settleOrder(given.ledger, order, NOTHING, withNewReason());
    const body = { undo: true, by: 'Grace', why: 'that was another order' };
    expect((await settle(order, body)).json).toEqual({ order, state: 'unknown', bought: 0 });
    await settleOrder(given.ledger, order, NOTHING, withNewReason());
    await sendOne(given.ledger, plan, 'unknown');
    await settleOrder(given.ledger, order, NOTHING, BY, { attempt: 2, ...ANYHOW });
    expect(codeOf(await settle(order, { ...body, attempt: 1 }))).toEqual([409, 'wrong_state']);
    expect(await stateOf(order)).toBe('waiting');
    await claimOne(given.ledger, plan);
    expect(problemIn(await settle(order, body))).toMatchObject([
      409,
      { code: 'wrong_state', message: expect.stringContaining('It has been sent again') },
    ]);
  });
});

test('an order is sent again only by the verdict that was looked at', async () => {
  const numbers = newNumbers(10);
  const { plan, orders } = await judgedOrders(given.ledger, { finding: 'bought', numbers });
  const order = orders[0].id;
  const verdictNow = async () =>
    (await ask(site, `/api/unknown/verdicts?plan=${plan.id}`)).json.verdicts[0].verdict;
  const looked = await verdictNow();
  const nothing = { order, attempt: 1, finding: 'nothing' as const, isClear: true, numbers: [] };
  await keepVerdicts(given.ledger, [{ ...nothing, why: 'a newer list' }]);
  const body = { accept: true, by: 'Ada' };
  const unnamed = problemIn(await settle(order, body));
  expect(unnamed[1].message).toContain('name the verdict that you looked at');
  const stale = problemIn(await settle(order, { ...body, verdict: looked }));
  expect(stale[1].message).toContain('has changed since you looked: it says now that it bought');
  expect(await stateOf(order)).toBe('unknown');
  const named = await settle(order, { ...body, verdict: await verdictNow() });
  expect(named.json).toMatchObject({ state: 'waiting' });
});

test('a command says the same through the server', async () => {
  const { orders } = await judgedOrders(given.ledger, {
    finding: 'bought',
    numbers: newNumbers(10),
  });
  const order = orders[0].id;
  const operations = await operationsOver(site.url, null);
  const finding = { nothing: true } as const;
  await expect(
    operations.settle(order, { finding, by: BY, againstEvidence: false }),
  ).rejects.toMatchObject({
    code: 'against_evidence',
    details: { objections: [expect.stringContaining('verdict')] },
  });
  const taken = await operations.settle(order, { finding, by: BY, againstEvidence: true });
  expect(taken).toMatchObject({ state: 'waiting' });
  const undone = await operations.settle(order, { undo: true, by: { who: 'Bea', why: 'wrong' } });
  expect(undone).toEqual({ order, state: 'unknown', bought: 0 });
  expect(await operations.settle(order, { accept: true, by: BY })).toMatchObject({
    state: 'filled',
  });
});

test('surplus is on the plan’s page with its order, in its document and its files', async () => {
  const { plan, orders } = await judgedOrders(given.ledger, null);
  await passTime(given.ledger, plan.account, 60_000);
  await forgetAnswer(given.ledger, orders[0]);
  const path = `/plans/${plan.id}`;
  expect(await read(site, path)).toContain('surplus.csv 0 numbers that the vendor named');
  expect(await read(site, path)).not.toContain('Surplus');
  await settleOrder(given.ledger, orders[0].id, NOTHING, BY, ANYHOW);
  await sendOne(given.ledger, plan, 'filled');
  const numbers = newNumbers(10);
  await recordAnswers(given.ledger, plan.account.id, [answerTo(orders[0], 'filled', { numbers })]);
  const shown = (await read(site, path)).replace(/\D/g, '');
  for (const number of numbers) expect(shown).toContain(number);
  const page = await read(site, path);
  expect(page).toContain('Surplus: 10 numbers. The vendor named them for orders');
  expect(page).toContain(`For order ${orders[0].id}: `);
  expect(await read(site, path)).toContain('surplus.csv 10 numbers that the vendor named');
  expect((await ask(site, `/api${path}`)).json).toMatchObject({ bought: 10, surplus: 10 });
  expect((await ask(site, `/api${path}/surplus.csv`)).text.trim().split('\r\n')).toHaveLength(11);
  expect((await ask(site, `/api${path}/summary.json`)).json.totals).toMatchObject({ surplus: 10 });
});
