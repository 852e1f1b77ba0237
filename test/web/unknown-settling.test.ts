/** A person settles unknown orders, on the page and over the API: helped, not obeyed blindly. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ClaimedOrder,
  keepProposals,
  type Proposal,
  planEvents,
  recordAnswers,
  settleOrder,
} from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import {
  answerTo,
  claim,
  claimOne,
  linesOf,
  newNumbers,
  newPlan,
  orderRow,
  passTime,
  readList,
  type SmallPlan,
  sql,
} from '../support/ledger.ts';
import { documentedSite } from './documented.ts';
import { leadsTo, press, words } from './pages-forms.ts';
import { ask, post } from './site.ts';

const { given, site, documented } = documentedSite();
const BY = { who: 'Ada', why: 'looked' };

/** Unknown orders of ten, one for each verdict. */
async function unknownOrders(...verdicts: (Partial<Proposal> | null)[]) {
  const plan = await newPlan(given.ledger, { lines: linesOf(...verdicts.map(() => 10)) });
  const orders = await claim(given.ledger, plan);
  const answers = orders.map((order) => answerTo(order, 'unknown', { body: 'cut off' }));
  await recordAnswers(given.ledger, plan.account.id, answers);
  const base = {
    finding: 'nothing' as const,
    isClear: true,
    numbers: [],
    why: 'The list has none.',
  };
  await keepProposals(
    given.ledger,
    orders.flatMap(({ id, attempt }, at) =>
      verdicts[at] ? [{ order: id, attempt, ...base, ...verdicts[at] }] : [],
    ),
  );
  return { plan, orders: orders as [ClaimedOrder, ...ClaimedOrder[]] };
}

const settle = (order: number, body: object) =>
  documented('POST', '/api/orders/{order}/settle', post(site, `/api/orders/${order}/settle`, body));
const stateOf = async (order: number) => (await orderRow(given.ledger, order)).state;
const page = async (path: string) => words(await ask(site, path));

describe('what something speaks against', () => {
  test('is refused over the API with each objection, and taken with againstEvidence', async () => {
    const { orders } = await unknownOrders({ finding: 'bought', numbers: newNumbers(10) });
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
    const { plan, orders } = await unknownOrders({ finding: 'nothing' });
    const order = orders[0].id;
    await readList(given.ledger, plan.account, []);
    const fields = { by: 'Bea', why: 'their portal says so', more: '+1 415 555 0142' };
    const refused = await press(site, `/unknown/${order}/bought`, fields);
    expect(refused.status).toBe(409);
    for (const says of [
      "not settled because of these objections: The verdict of the vendor's list is that",
      'it bought nothing. It asked for local 212, and so cannot have bought 4155550142.',
      "4155550142. The vendor's newest list, of ",
      'does not have 4155550142. I know better: settle it anyway.',
    ])
      expect(words(refused)).toContain(says);
    expect(refused.text).toContain('name="againstEvidence" value="true"');
    expect(refused.text).toContain('value="their portal says so"');
    expect(await stateOf(order)).toBe('unknown');
    const taken = await press(site, `/unknown/${order}/bought`, {
      ...fields,
      againstEvidence: 'true',
    });
    expect(leadsTo(taken)).toBe(`303 /unknown?settled=${order}`);
    expect(await page(taken.headers.location!)).toContain(
      'Bea settled order 1: it bought 1 number. That was against the evidence: The verdict of',
    );
    expect((await planEvents(given.ledger, plan.id, 1))[0]?.detail.againstEvidence).toHaveLength(3);
  });

  test('has no tick where something else is wrong', async () => {
    const { orders } = await unknownOrders(null);
    const refused = await press(site, `/unknown/${orders[0].id}/bought`, { by: 'B', why: 'w' });
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain('againstEvidence');
  });
});

describe('what was settled', () => {
  let plan: SmallPlan;
  let order: number;
  beforeAll(async () => {
    const unknown = await unknownOrders(null);
    plan = unknown.plan;
    order = unknown.orders[0].id;
    await settleOrder(given.ledger, order, { nothing: true }, BY);
  });

  test('is listed with a way to take it back, of one plan or of all', async () => {
    for (const path of ['/unknown', `/unknown?plan=${plan.id}`]) {
      expect(await page(path)).toContain(
        'Settled recently can be taken back until the order is sent again ' +
          '10 numbers not bought in 212 , plan.csv order 1 Take back…',
      );
    }
    const other = await newPlan(given.ledger);
    expect(await page(`/unknown?plan=${other.id}`)).not.toContain('Settled recently');
  });

  test('is taken back on the page by a named person with a reason', async () => {
    const path = `/unknown/${order}/undo`;
    expect(words(await press(site, path, { by: 'Bea' }))).toContain('Say what was wrong.');
    expect(words(await press(site, path, { why: 'x' }))).toContain('Say who you are.');
    expect(await stateOf(order)).toBe('waiting');
    const undone = await press(site, path, { by: 'Bea', why: 'that was another order' });
    expect(leadsTo(undone)).toBe(`303 /unknown?order=${order}`);
    expect(await stateOf(order)).toBe('unknown');
    expect(await page(`/plans/${plan.id}`)).toContain(
      'Bea took back the settlement of order 1: it is unknown again. ' +
        'Reason: “that was another order”.',
    );
    const late = await press(site, path, { by: 'Bea', why: 'again' });
    expect(late.status).toBe(409);
    expect(words(late)).toContain('There is nothing to take back');
  });

  test('is taken back over the API, until the order has been sent again', async () => {
    await settleOrder(given.ledger, order, { nothing: true }, BY);
    const body = { undo: true, by: 'Grace', why: 'that was another order' };
    expect((await settle(order, body)).json).toEqual({ order, state: 'unknown', bought: 0 });
    await settleOrder(given.ledger, order, { nothing: true }, BY);
    await claimOne(given.ledger, plan);
    const { status, json } = await settle(order, body);
    expect({ status, error: json.error }).toMatchObject({
      status: 409,
      error: { code: 'wrong_state', message: expect.stringContaining('It has been sent again') },
    });
  });
});

test('a command says the same through the server', async () => {
  const { orders } = await unknownOrders({ finding: 'bought', numbers: newNumbers(10) });
  const order = orders[0].id;
  const office = operationsOver(site.url, null);
  const finding = { nothing: true } as const;
  await expect(
    office.settle(order, { finding, by: BY, againstEvidence: false }),
  ).rejects.toMatchObject({
    code: 'against_evidence',
    details: { objections: [expect.stringContaining('verdict')] },
  });
  const taken = await office.settle(order, { finding, by: BY, againstEvidence: true });
  expect(taken).toMatchObject({ state: 'waiting' });
  const undone = await office.settle(order, { undo: true, by: { who: 'Bea', why: 'wrong' } });
  expect(undone).toEqual({ order, state: 'unknown', bought: 0 });
  expect(await office.settle(order, { accept: true, by: BY })).toMatchObject({ state: 'filled' });
});

describe('all clear verdicts', () => {
  const verdicts = () => [
    { finding: 'nothing' as const },
    { finding: 'bought' as const, numbers: newNumbers(10) },
    { finding: 'bought' as const, numbers: newNumbers(3), isClear: false },
    { finding: 'open' as const, isClear: false },
    null,
  ];
  const states = (orders: ClaimedOrder[]) => Promise.all(orders.map(({ id }) => stateOf(id)));
  const settled = ['waiting', 'filled', 'unknown', 'unknown', 'unknown'];

  test('are accepted by one press, and what is not clear is left', async () => {
    const { plan, orders } = await unknownOrders(...verdicts());
    const path = `/unknown?plan=${plan.id}`;
    expect(await page(path)).toContain(
      'Accept 2 clear verdicts… 1 order bought what the list shows. ' +
        '1 order bought nothing, and will be sent again.',
    );
    const fields = { plan: String(plan.id), verdicts: '2' };
    expect(words(await press(site, '/unknown/accept', fields))).toContain('Say who you are.');
    const accepted = await press(site, '/unknown/accept', { ...fields, by: 'Bea' });
    expect(leadsTo(accepted)).toBe(`303 ${path}&accepted=2`);
    expect(await page(accepted.headers.location!)).toContain('2 orders settled by their verdicts.');
    expect(await states(orders)).toEqual(settled);
    expect(await planEvents(given.ledger, plan.id, 2)).toMatchObject([
      { kind: 'order_settled', by: 'Bea', why: 'The list has none.' },
      { kind: 'order_settled', by: 'Bea', why: 'The list has none.' },
    ]);
    expect(await page(path)).not.toContain('clear verdict');
  });

  test('are not accepted when they are no longer those that were on the page', async () => {
    const { plan, orders } = await unknownOrders(...verdicts());
    const fields = { plan: String(plan.id), verdicts: '1', by: 'Bea' };
    const answer = await press(site, '/unknown/accept', fields);
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain('The verdicts have changed since you looked.');
    expect(await states(orders)).toEqual(Array(5).fill('unknown'));
  });

  test('are accepted over the API, of one plan or of all, and what is left says why', async () => {
    const { plan, orders } = await unknownOrders(...verdicts());
    const other = await unknownOrders({ finding: 'nothing' });
    const [taken] = newNumbers(1);
    const odd = await unknownOrders({ finding: 'bought', numbers: [taken!] });
    const owner = await newPlan(given.ledger, { lines: linesOf(1) });
    const sold = answerTo(await claimOne(given.ledger, owner), 'filled', { numbers: [taken!] });
    await recordAnswers(given.ledger, owner.account.id, [sold]);
    const accept = (body: object) =>
      documented('POST', '/api/unknown/accept', post(site, '/api/unknown/accept', body));
    expect((await accept({ plan: plan.id })).status).toBe(400);
    expect((await accept({ plan: 987_654, by: 'Grace' })).status).toBe(404);
    const { json } = await accept({ plan: plan.id, by: 'Grace' });
    expect(json).toEqual({
      settled: [
        { order: orders[0].id, state: 'waiting', bought: 0 },
        { order: orders[1]!.id, state: 'filled', bought: 10 },
      ],
      left: [],
    });
    expect(await states(orders)).toEqual(settled);
    expect(await stateOf(other.orders[0].id)).toBe('unknown');
    const all = await accept({ by: 'Grace' });
    expect(all.json.settled).toContainEqual({
      ...{ order: other.orders[0].id, state: 'waiting', bought: 0 },
    });
    expect(all.json.left).toContainEqual({
      order: odd.orders[0].id,
      why: expect.stringContaining(`Number ${taken} belongs to order`),
    });
  });
});

test('surplus is on the plan’s page with its order, in its document and its files', async () => {
  const { plan, orders } = await unknownOrders(null);
  await passTime(given.ledger, plan.account, 60_000);
  const forget = 'update ledger.attempts set answered_at = null where order_id = $1';
  await sql(given.ledger, forget, [orders[0].id]);
  const path = `/plans/${plan.id}`;
  expect(await page(path)).toContain('surplus.csv 0 numbers that the vendor named');
  expect(await page(path)).not.toContain('Surplus');
  await settleOrder(given.ledger, orders[0].id, { nothing: true }, BY);
  await recordAnswers(given.ledger, plan.account.id, [
    answerTo(await claimOne(given.ledger, plan), 'filled'),
  ]);
  const numbers = newNumbers(10);
  await recordAnswers(given.ledger, plan.account.id, [answerTo(orders[0], 'filled', { numbers })]);
  const shown = (await page(path)).replace(/\D/g, '');
  for (const number of numbers) expect(shown).toContain(number);
  expect(await page(path)).toMatch(/Surplus: 10 numbers\. The vendor named them, .* For order 1: /);
  expect(await page(path)).toContain('surplus.csv 10 numbers that the vendor named');
  expect((await ask(site, `/api${path}`)).json).toMatchObject({ bought: 10, surplus: 10 });
  expect((await ask(site, `/api${path}/surplus.csv`)).text.trim().split('\r\n')).toHaveLength(11);
  expect((await ask(site, `/api${path}/summary.json`)).json.totals).toMatchObject({ surplus: 10 });
});
