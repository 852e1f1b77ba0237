/** A person says which numbers were bought outside this program, on the page and over the API. */
import { beforeEach, expect, test } from 'vitest';
import { accountEvents, findAccount, keepVerdicts } from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import { newPlan, type SmallPlan } from '../support/plans.ts';
import { claimOne, newNumbers, readList, sendOne } from '../support/sending.ts';
import { documentedSite } from './documented.ts';
import { leadsTo, press, read, ticked, words } from './pages-forms.ts';
import { ask, post } from './site.ts';

const { given, site } = documentedSite();
const BY = { by: 'Ada', why: 'bought in the portal' };

let plan: SmallPlan;
let numbers: [string, string];
let url: string;

/** Two strays, which came after the first order of their account. */
beforeEach(async () => {
  plan = await newPlan(given.ledger);
  await readList(given.ledger, plan.account, []);
  await sendOne(given.ledger, plan, 'filled');
  numbers = newNumbers(2).sort() as [string, string];
  await readList(given.ledger, plan.account, numbers);
  url = `/accounts/${encodeURIComponent(plan.account.name)}/strays`;
});

const say = (body: object) => post(site, `/api${url}`, body);
const list = async (query = '') => (await ask(site, `/api${url}${query}`)).json;

test('the API lists them by number, a page at a time', async () => {
  const [first, second] = numbers;
  const page = await list('?limit=1');
  expect(page).toMatchObject({ strays: [{ number: first, isForeign: false }] });
  expect(await list(`?after=${page.next}`)).toMatchObject({
    strays: [{ number: second }],
    next: null,
  });
});

test('the API takes what a person says, and takes it back', async () => {
  const [first, second] = numbers;
  expect((await say({ ...BY, foreign: [first] })).json).toEqual({ numbers: [first] });
  expect((await list()).strays).toMatchObject([{ isForeign: true }, { isForeign: false }]);
  const again = await say({ ...BY, foreign: [first, second] });
  expect(again.json.error).toMatchObject({ code: 'wrong_state' });
  expect((await say({ ...BY, notForeign: [first] })).json).toEqual({ numbers: [first] });
  expect((await list()).strays).toMatchObject([{ isForeign: false }, { isForeign: false }]);
});

test.each([
  [{}, 'Say either "foreign" or "notForeign".'],
  [{ foreign: ['2125550100'], notForeign: ['2125550100'] }, 'Say either "foreign"'],
  [{ foreign: ['2125550100'], why: undefined }, 'Say how you know it: "why"'],
  [{ foreign: ['212555010'] }, '"212555010" is not a phone number'],
  [{ foreign: [] }, 'is not a phone number'],
])('the API refuses %j', async (body, says) => {
  const { status, json } = await say({ ...BY, ...body });
  expect(status).toBe(400);
  expect(json.error.message).toContain(says);
});

test('the client of a server says it there', async () => {
  await using operations = await operationsOver(site.url, null);
  const wish = { numbers, undo: false, againstEvidence: false, by: { who: 'system:ada', ...BY } };
  expect(await operations.callForeign(plan.account.name, wish)).toEqual(numbers);
  const strays = await operations.strays(plan.account.name);
  expect(strays.map(({ number, isForeign }) => [number, isForeign])).toEqual([
    [numbers[0], true],
    [numbers[1], true],
  ]);
});

test('the API takes as many at once as somebody may have bought in a year', async () => {
  const many = Array.from({ length: 20_000 }, (_, at) => String(3_105_550_000 + at));
  const { status, json } = await say({ ...BY, foreign: many });
  expect([status, json.error.code]).toEqual([409, 'wrong_state']);
});

const pressed = (way: string, fields: object) => press(site, `${url}/${way}`, { ...BY, ...fields });

test('the page has a box for each, and says what was done', async () => {
  const [first] = numbers;
  const { id } = await findAccount(given.ledger, plan.account.name);
  const account = `/accounts/${plan.account.name}`;
  expect(await read(site, account)).toContain('Numbers that no order has');
  const unnamed = await pressed('foreign', { number: first, by: '' });
  expect([unnamed.status, unnamed.text]).toEqual([
    400,
    expect.stringContaining(`value="${first}" checked`),
  ]);
  expect(leadsTo(await pressed('foreign', { number: first }))).toBe(`303 ${url}?said`);
  const page = await read(site, `${url}?said`);
  expect(page).toContain('This is kept. The events of the account have it.');
  expect(page).toContain('Bought outside this program 1 number');
  expect(await accountEvents(given.ledger, id, 1)).toMatchObject([
    { kind: 'numbers_foreign', by: 'Ada', why: BY.why, detail: { numbers: [first] } },
  ]);
  expect(await read(site, account)).toContain(
    `Ada said that ${first} was bought outside this program.`,
  );
  expect(leadsTo(await pressed('not-foreign', { number: first }))).toBe(`303 ${url}?said`);
});

test.each([
  ['nothing ticked', { number: '' }, 400, 'Tick the numbers that you mean.'],
  ['no reason', { why: '' }, 400, 'Say how you know it'],
  ['what somebody said before', {}, 409, 'Somebody has already said that'],
])('the page says why it refuses %s, also when no box is left', async (_, typed, status, says) => {
  await pressed('foreign', { number: numbers });
  const refused = await pressed('foreign', { number: numbers, ...typed });
  expect(refused.status).toBe(status);
  expect(words(refused)).toContain(says);
  expect((await pressed('sideways', { number: numbers })).status).toBe(405);
  expect((await ask(site, `${url}?said=1&said=2`)).status).toBe(200);
});

test('the page shows objections with a box that overrules them', async () => {
  const [late] = newNumbers(1) as [string];
  const other = await newPlan(given.ledger, { account: plan.account });
  const { id } = await claimOne(given.ledger, other);
  await given.ledger.query(`update ledger.orders set state = 'unknown' where id = $1`, [id]);
  const verdict = { finding: 'bought', isClear: true, numbers: [late], why: 'so' } as const;
  await keepVerdicts(given.ledger, [{ order: id, attempt: 1, ...verdict, numbers: [late] }]);
  await readList(given.ledger, plan.account, [...numbers, late]);
  const refused = await pressed('foreign', { number: late });
  expect(refused.status).toBe(409);
  expect(words(refused)).toContain(`list is that order ${id} bought ${late}.`);
  const overruled = await pressed('foreign', { number: late, ...ticked(refused) });
  expect(leadsTo(overruled)).toBe(`303 ${url}?said`);
});
