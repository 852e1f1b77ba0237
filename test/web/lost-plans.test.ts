/** A person dismisses a lost plan, on the page, over the API and with the command. */
import { beforeEach, expect, test } from 'vitest';
import { type Account, accountEvents, noteLostPlans, shownOfLost } from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import { seenOf } from '../../src/seen.ts';
import { passTime } from '../support/ledger.ts';
import { newPlan, newSha256, type SmallPlan } from '../support/plans.ts';
import { readList } from '../support/sending.ts';
import { documentedSite } from './documented.ts';
import { leadsTo, press, read, ticked, words } from './pages-forms.ts';
import { ask, post } from './site.ts';

const { given, site } = documentedSite();
const BY = { by: 'Ada', why: 'it was no remainder' };

let plan: SmallPlan;
let file: string;
let url: string;

/** An account that has lost a plan of 10 numbers, of which one order was sent; a list is read. */
beforeEach(async () => {
  plan = await newPlan(given.ledger);
  file = newSha256();
  await lose(plan.account, file);
  await readList(given.ledger, plan.account, []);
  url = `/accounts/${encodeURIComponent(plan.account.name)}/lost-plans`;
});

async function lose({ id: accountId }: Account, sha256: string): Promise<void> {
  const bits = Buffer.from([0b0100_0000]);
  const marks = [{ planKey: `${sha256}:0:10`, attempt: 1, bits }];
  await noteLostPlans(given.ledger, { accountId, deadlineMs: 0 }, marks, () => 'lost');
}

const say = (body: object) => post(site, `/api${url}`, body);
const list = async () => (await ask(site, `/api${url}`)).json;

test('the API lists them, and takes what a person says of one', async () => {
  const lost = { file, copy: 1, numbers: 10, sent: 1, planId: null };
  expect(await list()).toEqual({ lostPlans: [{ ...lost, isDismissed: false }] });
  const dismissed = { lostPlans: [{ ...lost, isDismissed: true }] };
  expect((await say({ ...BY, dismiss: file.slice(0, 8) })).json).toEqual(dismissed);
  expect(await list()).toEqual(dismissed);
  const again = await say({ ...BY, dismiss: file });
  expect([again.status, again.json.error.code]).toEqual([409, 'wrong_state']);
});

test.each([
  [{}, 400, '"dismiss": it is missing'],
  [{ dismiss: 'abc' }, 400, '"dismiss"'],
  [{ dismiss: '00000000', why: undefined }, 400, 'Say how you know it: "why"'],
  [{ dismiss: '0123456789ab' }, 404, 'The ledger has not lost a plan'],
])('the API refuses %j', async (body, status, says) => {
  const { json, ...refused } = await say({ ...BY, ...body });
  expect([refused.status, json.error.message]).toEqual([status, expect.stringContaining(says)]);
});

test('the client of a server says it there', async () => {
  await using operations = await operationsOver(site.url, null);
  const wish = { file, againstEvidence: false, by: { who: 'system:ada', ...BY } };
  const { name } = plan.account;
  const seen = seenOf(shownOfLost([]));
  await expect(operations.dismiss(name, { ...wish, seen })).rejects.toMatchObject({
    message: expect.stringContaining('This has changed since you looked: other plans of this file'),
  });
  expect(await operations.dismiss(name, wish)).toEqual(await operations.lostPlans(name));
});

const pressed = (fields: object) => press(site, `${url}/dismiss`, { ...BY, file, ...fields });

test('the page says what is lost, what was said of it, and what speaks against it', async () => {
  const account = `/accounts/${plan.account.name}`;
  expect(await read(site, account)).toContain('Plans that the ledger has lost');
  const sent = 'A plan, for 10 numbers: 1 order had been sent.';
  expect(await read(site, url)).toContain(sent);
  const unnamed = await pressed({ by: '' });
  expect([unnamed.status, unnamed.text]).toEqual([400, expect.stringContaining(BY.why)]);
  await passTime(given.ledger, plan.account, -1000);
  const refused = await pressed({});
  expect([refused.status, words(refused)]).toEqual([
    409,
    expect.stringContaining('A request of it may still be under way.'),
  ]);
  expect(leadsTo(await pressed(ticked(refused)))).toBe(`303 ${url}?said`);
  const page = await ask(site, `${url}?said`);
  expect(words(page)).toContain('It is dismissed.');
  expect(words(page)).toContain(`${sent} It is dismissed.`);
  expect(page.text).not.toContain('<button class="btn danger">');
  expect(await accountEvents(given.ledger, plan.account.id, 1)).toMatchObject([
    { kind: 'lost_plan_dismissed', by: 'Ada', why: BY.why, detail: { file } },
  ]);
  expect(await read(site, account)).toContain(
    `Ada dismissed a lost plan, of file ${file.slice(0, 12)}…`,
  );
  expect((await pressed({})).status).toBe(409);
});

test('the page of an account that has lost none says so', async () => {
  const { account } = await newPlan(given.ledger);
  const other = await ask(site, `/accounts/${encodeURIComponent(account.name)}/lost-plans`);
  expect(words(other)).toContain('The ledger has lost no plan that others wait for.');
});
