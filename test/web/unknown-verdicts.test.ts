/** Verdicts are accepted many at once, by the page and over the API: those that were looked at. */
import { describe, expect, test } from 'vitest';
import { confirmVerdicts } from '../../src/dialogue/accept-verdicts.ts';
import { LACK_FOLLOWS } from '../../src/fallback/index.ts';
import {
  type ClaimedOrder,
  clearVerdicts,
  keepVerdicts,
  planEvents,
} from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import { orderRow } from '../support/ledger.ts';
import { linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, newNumbers, record, sendOne } from '../support/sending.ts';
import { documentedSite } from './documented.ts';
import { judgedOrders } from './judged-orders.ts';
import { press, read, words } from './pages-forms.ts';
import { ask, post } from './site.ts';

const { given, site } = documentedSite();
const BY = { who: 'Ada', why: 'looked' };
const stateOf = async (order: number) => (await orderRow(given.ledger, order)).state;

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

  /** The names that the page would give back. */
  const namesOn = (text: string) => /name="verdicts" value="([^"]*)"/.exec(text)?.[1] ?? '';
  const looked = async (plan: SmallPlan) => {
    const { text } = await ask(site, `/unknown/accept?plan=${plan.id}`);
    return { plan: String(plan.id), verdicts: namesOn(text) };
  };

  test('say what follows where an order lacks numbers', async () => {
    const verdict = { finding: 'bought' as const, numbers: newNumbers(3) };
    const { plan } = await judgedOrders(given.ledger, verdict);
    const says = `1 order bought 3 numbers, and ${LACK_FOLLOWS}.`;
    expect(await read(site, `/unknown/accept?plan=${plan.id}`)).toContain(says);
    const listed = await clearVerdicts(given.ledger, { planId: plan.id });
    await expect(confirmVerdicts(listed, {})).rejects.toThrow(LACK_FOLLOWS);
  });

  test('are listed with what each says, and accepted by one press', async () => {
    const { plan, orders } = await judgedOrders(given.ledger, ...verdicts());
    expect(await read(site, `/unknown?plan=${plan.id}`)).toContain(
      'See 2 clear verdicts and accept',
    );
    const shown = await read(site, `/unknown/accept?plan=${plan.id}`);
    expect(shown).toContain('1 order bought 10 numbers. 1 order bought nothing. It is sent ');
    expect(shown).toMatch(/Bought 1 .* The list has none\. \d+0000002 plan\.csv 3 212 10 \+1 212 /);
    expect(shown).toMatch(/Bought nothing 1 .* The list has none\. \d+0000001 plan\.csv 2 212 10$/);
    const fields = await looked(plan);
    const path = '/unknown/accept';
    expect(words(await press(site, path, { ...fields, why: 'x' }))).toContain('Say who you are.');
    expect(words(await press(site, path, { ...fields, by: 'Bea' }))).toContain('Say why');
    expect(await states(orders)).toEqual(Array(5).fill('unknown'));
    const accepted = words(await press(site, path, { ...fields, by: 'Bea', why: 'looked' }));
    expect(accepted).toContain('2 orders settled 1 bought what the list shows. 1 bought nothing');
    expect(accepted).toContain('None was left out.');
    expect(await states(orders)).toEqual(settled);
    expect(await planEvents(given.ledger, plan.id, 2)).toMatchObject([
      { kind: 'order_settled', by: 'Bea', why: 'looked. The list has none.' },
      { kind: 'order_settled', by: 'Bea', why: 'looked. The list has none.' },
    ]);
    expect(await read(site, `/unknown?plan=${plan.id}`)).not.toContain('clear verdict');
    expect(await read(site, `/unknown/accept?plan=${plan.id}`)).toContain(
      'There is no clear verdict',
    );
  });

  test('are none while what nobody explains leaves all unclear, and the page says so', async () => {
    const unclear = { finding: 'bought' as const, numbers: newNumbers(3), isClear: false };
    const { plan } = await judgedOrders(given.ledger, unclear);
    expect(await read(site, `/unknown/accept?plan=${plan.id}`)).toContain(
      'There is no clear verdict to accept 1 verdict is not clear, because the vendor’s list has ' +
        'numbers that no order explains. The page of the account lists them and lets you explain ' +
        'them. Verdicts change when a worker reads the list next, within 10 minutes.',
    );
  });

  test('that changed between looking and pressing are left out, and the page says so', async () => {
    const { plan, orders } = await judgedOrders(given.ledger, ...verdicts(), { finding: 'later' });
    const fields = { ...(await looked(plan)), by: 'Bea', why: 'looked' };
    const changed = newNumbers(4);
    const same = { isClear: true, why: 'A newer list.', attempt: 1 };
    const late = orders[5]!.id;
    await keepVerdicts(given.ledger, [
      { ...same, order: orders[0].id, finding: 'bought', numbers: changed },
      // Clear only now: nobody has looked at it.
      { ...same, order: late, finding: 'nothing', numbers: [] },
    ]);
    const answer = words(await press(site, '/unknown/accept', fields));
    expect(answer).toContain('1 order settled');
    expect(answer).toContain(
      `Order ${orders[0].id} The verdict on order ${orders[0].id} has changed since you looked: ` +
        `it says now that it bought ${changed.join(', ')}.`,
    );
    expect(await states(orders)).toEqual(['unknown', 'filled', ...Array(4).fill('unknown')]);
    const pressedAgain = words(await press(site, '/unknown/accept', fields));
    expect(pressedAgain).toContain('0 orders settled');
    expect(pressedAgain).toMatch(/is filled, not unknown: Bea .*settled it/);
  });

  test('of more than two thousand are pressed by the page, and all read by a command', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(2_001 * 25) });
    const orders = await claim(given.ledger, plan);
    const sent = orders.map((order) => answerTo(order, 'unknown', { body: 'cut off' }));
    await record(given.ledger, plan, ...sent);
    const clear = { finding: 'nothing' as const, isClear: true, numbers: [], why: 'None.' };
    const verdicts = orders.map(({ id, attempt }) => ({ order: id, attempt, ...clear }));
    await keepVerdicts(given.ledger, verdicts);
    expect(await read(site, `/unknown/accept?plan=${plan.id}`)).toContain(
      'This page lists the first 2,000 of 2,001.',
    );
    const operations = await operationsOver(site.url, null);
    const listed = await operations.verdicts(plan.id);
    expect(listed.map(({ order }) => order)).toEqual(plan.orders);
    const fields = { ...(await looked(plan)), by: 'Bea', why: 'looked' };
    expect(words(await press(site, '/unknown/accept', fields))).toMatch(
      /^2,000 orders settled .* None was left out\.$/,
    );
    const { settled, left } = await operations.acceptVerdicts(listed.slice(-250), BY);
    expect(settled).toEqual([{ order: plan.orders.at(-1), state: 'waiting', bought: 0 }]);
    expect(left).toHaveLength(249);
    expect(left[0]?.why).toMatch(/is waiting, not unknown: Bea .*settled it/);
  });

  test('are accepted over the API by their names, and what is left says why', async () => {
    const { plan, orders } = await judgedOrders(given.ledger, ...verdicts());
    const [taken] = newNumbers(1);
    const odd = await judgedOrders(given.ledger, { finding: 'bought', numbers: [taken!] });
    const owner = await newPlan(given.ledger, { lines: linesOf(1) });
    await sendOne(given.ledger, owner, 'filled', { numbers: [taken!] });
    const accept = (body: object) => post(site, '/api/unknown/accept', body);
    const list = (query: string) => ask(site, `/api/unknown/verdicts?${query}`);
    expect((await list('plan=987654')).status).toBe(404);
    const first = await list(`plan=${plan.id}&limit=1`);
    expect(first.json).toMatchObject({ total: 2, next: orders[0].id });
    expect(first.headers.link).toContain(`after=${orders[0].id}`);
    const { json } = await list(`plan=${plan.id}`);
    expect((await accept({ verdicts: json.verdicts })).status).toBe(400);
    expect((await accept({ by: 'Grace' })).json.error.message).toContain('"verdicts"');
    const [one] = json.verdicts;
    const other = { order: one.order, attempt: 1, verdict: 'another1' };
    const unseen = (await accept({ by: 'Grace', verdicts: [other] })).json;
    expect(unseen).toMatchObject({ settled: [], left: [{ order: one.order }] });
    const more = (await list(`plan=${odd.plan.id}`)).json.verdicts;
    const all = await accept({ by: 'Grace', verdicts: [...json.verdicts, ...more] });
    expect(all.json).toEqual({
      settled: [
        { order: orders[1]!.id, state: 'filled', bought: 10 },
        { order: orders[0].id, state: 'waiting', bought: 0 },
      ],
      left: [
        {
          order: odd.orders[0].id,
          why: expect.stringContaining(`Number ${taken} belongs to order`),
        },
      ],
    });
    expect(await states(orders)).toEqual(settled);
  });
});

describe('what the list leaves undecided', () => {
  test('is shown by line: candidates, and all orders that could have bought them', async () => {
    const { ledger } = given;
    const numbers = newNumbers(3);
    const [shared, mine, gone] = numbers as [string, string, string];
    const open = { finding: 'open' as const, isClear: false, why: 'It may have bought these.' };
    const { plan, orders } = await judgedOrders(
      given.ledger,
      { ...open, numbers: [shared, mine, gone, '4155550123'] },
      { ...open, numbers: [shared] },
    );
    const owner = await newPlan(ledger, { lines: linesOf(1) });
    await sendOne(ledger, owner, 'filled', { numbers: [gone] });
    const [one, other] = orders.map(({ id }) => id);
    const path = `/api/unknown/open?plan=${plan.id}`;
    const { json } = await ask(site, path);
    expect(json).toMatchObject({ total: 2, next: null });
    expect(json.lines).toMatchObject([
      {
        ...{ plan: plan.id, line: 2, others: ['4155550123'] },
        candidates: [
          { number: shared, orders: [one, other] },
          { number: mine, orders: [one] },
        ],
        orders: [{ order: one, lacking: 10, why: 'It may have bought these.' }, { order: other }],
      },
      { line: 3, candidates: [{ number: shared }], orders: [{ order: one }, { order: other }] },
    ]);
    expect(await (await operationsOver(site.url, null)).openLines(plan.id)).toEqual(json.lines);
    expect(await read(site, `/unknown?plan=${plan.id}`)).toContain('Undecided, by line');
    const shown = await ask(site, `/unknown/open?plan=${plan.id}`);
    expect(words(shown).replace(/\u00a0/g, ' ')).toMatch(
      /Candidates 2 \+1 212 \d+ \d+ \+1 212 \d+ \d+ order \d+1 only Also new .* \+1 415 555 0123 /,
    );
    expect(shown.text).toContain(`<a href="/unknown?order=${other}">Order ${other}</a>`);
  });
});
