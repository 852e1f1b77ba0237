/** A person says which numbers were bought outside this program, on the page and over the API. */
import { beforeEach, expect, test } from 'vitest';
import { accountEvents, findAccount } from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import { claimOne, newNumbers, newPlan, readList, type SmallPlan } from '../support/ledger.ts';
import { documentedSite } from './documented.ts';
import { leadsTo, press, words } from './pages-forms.ts';
import { ask, post } from './site.ts';

const { given, site, documented } = documentedSite();
const BY = { by: 'Ada', why: 'bought in the portal' };

let plan: SmallPlan;
let numbers: [string, string];
let url: string;

/** Two strays, which came after the first order of their account. */
beforeEach(async () => {
  plan = await newPlan(given.ledger);
  await readList(given.ledger, plan.account, []);
  await claimOne(given.ledger, plan, undefined, { deadlineMs: 0 });
  numbers = newNumbers(2).sort() as [string, string];
  await readList(given.ledger, plan.account, numbers);
  url = `/accounts/${encodeURIComponent(plan.account.name)}/strays`;
  await given.ledger.query(
    'no_orders_in_flight',
    `update ledger.orders set state = 'unknown' where plan_id = $1`,
    [plan.id],
  );
});

const say = (body: object) =>
  documented('POST', '/api/accounts/{name}/strays', post(site, `/api${url}`, body));
const list = async (query = '') =>
  (await documented('GET', '/api/accounts/{name}/strays', ask(site, `/api${url}${query}`))).json;

test('the API lists them by number, a page at a time', async () => {
  const [first, second] = numbers;
  const page = await list('?limit=1');
  expect(page).toMatchObject({ total: 2, strays: [{ number: first, isForeign: false }] });
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

test('the page has a box for each, and says what was done', async () => {
  const [first] = numbers;
  const { id } = await findAccount(given.ledger, plan.account.name);
  expect(words(await ask(site, `/accounts/${plan.account.name}`))).toContain(
    'Numbers that no order has',
  );
  const fields = { ...BY, way: 'foreign', number: first };
  const unticked = await press(site, url, { ...fields, number: '' });
  expect(words(unticked)).toContain('"" is not a phone number');
  const unnamed = await press(site, url, { ...fields, by: '' });
  expect([unnamed.status, unnamed.text]).toEqual([
    400,
    expect.stringContaining(`value="${first}" checked`),
  ]);
  expect(leadsTo(await press(site, url, fields))).toBe(`303 ${url}?said`);
  const page = words(await ask(site, `${url}?said`));
  expect(page).toContain('This is kept. Unknown orders are judged anew with the next list.');
  expect(page).toContain('Bought outside this program 1 number');
  expect(await accountEvents(given.ledger, id, 1)).toMatchObject([
    { kind: 'numbers_foreign', by: 'Ada', why: BY.why, detail: { numbers: [first] } },
  ]);
  expect(words(await ask(site, `/accounts/${plan.account.name}`))).toContain(
    `Ada said that ${first} was bought outside this program.`,
  );
});

test('the page shows objections with a box that overrules them', async () => {
  const other = await newPlan(given.ledger, { account: plan.account });
  const sent = await claimOne(given.ledger, other, undefined, { deadlineMs: 60_000 });
  const [late] = newNumbers(1) as [string];
  await readList(given.ledger, plan.account, [...numbers, late]);
  const fields = { ...BY, way: 'foreign', number: late };
  const refused = await press(site, url, fields);
  expect(refused.status).toBe(409);
  expect(words(refused)).toContain(`Order ${sent.id} may have bought ${late}, for its request`);
  expect(leadsTo(await press(site, url, { ...fields, againstEvidence: 'true' }))).toBe(
    `303 ${url}?said`,
  );
});
