/**
 * A page may be old when it is pressed: the server has started anew on another database, where ids
 * begin again, or something has changed. A form does what it showed, or nothing.
 */
import { expect, test } from 'vitest';
import {
  clearVerdicts,
  findApproval,
  findPlan,
  keepVerdicts,
  type Ledger,
  lostPlans,
  noteLostPlans,
  setThreshold,
  settleOrder,
  steerPlan,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import { orderRow, passTime } from '../support/ledger.ts';
import { linesOf, newAccount, newPlan, newSha256 } from '../support/plans.ts';
import { newNumbers, readList, sendOne } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { formOn, press, stored, ticked, words } from './pages-forms.ts';
import { as, HTML, siteWith } from './people.ts';
import { ask, ledgerOfFile, newCsv, openSite, post, send, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();
const other = ledgerOfFile();
const BY = { by: 'Ada', why: 'looked' };
const CHANGED = 'This has changed since you looked: ';

/** The fields of a plan's form as its page has them now. */
const planForm = (id: number, move: string) => formOn(site, `/plans/${id}`, `/plans/${id}/${move}`);

/** Makes plans until one has that id. */
async function planWithId(id: number, make: () => Promise<{ id: number }>): Promise<void> {
  for (let made = await make(); made.id !== id; made = await make())
    expect(made.id).toBeLessThan(id);
}

test('a page neither starts nor cancels another plan of its number, however alike', async () => {
  const id = await stored(site);
  const [start, cancel] = await Promise.all([planForm(id, 'start'), planForm(id, 'cancel')]);
  // Of the same name and mode.
  const { account } = other;
  const lines = linesOf(25_000, 25_000);
  await planWithId(id, () => newPlan(other.ledger, { account, lines, started: false }));
  const later = await openSite(other);
  const pressed = await press(later, `/plans/${id}/start`, start);
  expect(words(pressed)).toContain(`${CHANGED}another plan has this number now.`);
  await press(later, `/plans/${id}/cancel`, { ...cancel, ...BY });
  expect(await findPlan(other.ledger, id)).toMatchObject({ requested: 50_000, state: 'ready' });
  await steerPlan(other.ledger, id, 'start', { who: 'Bob' });
  expect(words(await press(later, `/plans/${id}/start`, start))).toContain(CHANGED);
});

test('a page lifts the pause that it shows, and no newer one', async () => {
  const { id } = await newPlan(given.ledger);
  await steerPlan(given.ledger, id, 'pause', { who: 'Ada', why: 'lunch' });
  const shown = await planForm(id, 'resume');
  await steerPlan(given.ledger, id, 'resume', { who: 'Ada' });
  await steerPlan(given.ledger, id, 'pause', { who: 'Bob', why: 'wrong area codes' });
  const answer = await press(site, `/plans/${id}/resume`, { ...shown, ...BY });
  expect([answer.status, words(answer)]).toEqual([
    409,
    expect.stringContaining(`${CHANGED}the plan was paused anew`),
  ]);
  expect(await findPlan(given.ledger, id)).toMatchObject({ state: 'paused' });
  await press(site, `/plans/${id}/resume`, BY);
  expect(await findPlan(given.ledger, id)).toMatchObject({ state: 'running' });
});

test('a page resumes no more than it shows', async () => {
  const plan = await newPlan(given.ledger, { lines: linesOf(5, 25) });
  const [first] = plan.orders;
  await sendOne(given.ledger, plan, 'unknown', { what: 'no answer came', status: null }, first);
  await passTime(given.ledger, plan.account, 61_000);
  await steerPlan(given.ledger, plan.id, 'pause', { who: 'Ada', why: 'lunch' });
  const shown = await planForm(plan.id, 'resume');
  await settleOrder(given.ledger, first!, NOTHING, { who: 'Bob', why: 'I called' }, ANYHOW);
  await press(site, `/plans/${plan.id}/resume`, { ...shown, ...BY });
  expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'paused', pending: 30 });
});

test('a page sends again what it shows, and no more', async () => {
  const plan = await newPlan(given.ledger, { lines: linesOf(5, 25, 25, 25) });
  const [first, ...others] = plan.orders;
  await sendOne(given.ledger, plan, 'refused', {}, first);
  expect(words(await ask(site, `/plans/${plan.id}`))).toContain('Retry 5 numbers…');
  const shown = await planForm(plan.id, 'retry');
  for (const order of others) await sendOne(given.ledger, plan, 'refused', {}, order);
  const answer = await press(site, `/plans/${plan.id}/retry`, { ...shown, ...BY });
  expect(words(answer)).toContain(`${CHANGED}other orders would be sent again.`);
  expect(await findPlan(given.ledger, plan.id)).toMatchObject({ refused: 80, pending: 0 });
});

test('a page sends again the orders that it shows, not others of as many numbers', async () => {
  const plan = await newPlan(given.ledger, { lines: linesOf(10, 10) });
  const [first, second] = plan.orders;
  await sendOne(given.ledger, plan, 'refused', {}, first);
  const shown = await planForm(plan.id, 'retry');
  const retry = () => press(site, `/plans/${plan.id}/retry`, { ...shown, ...BY });
  await retry();
  await sendOne(given.ledger, plan, 'filled', {}, first);
  await sendOne(given.ledger, plan, 'refused', {}, second);
  expect(words(await retry())).toContain(`${CHANGED}other orders would be sent again.`);
  expect(await findPlan(given.ledger, plan.id)).toMatchObject({ refused: 10, pending: 0 });
});

/** A plan of one order that is unknown. */
async function unknownOn(ledger: Ledger) {
  const plan = await newPlan(ledger, { account: await newAccount(ledger) });
  await sendOne(ledger, plan, 'unknown', { what: 'no answer came', status: null });
  const verdict = { order: plan.orders[0]!, attempt: 1, isClear: true, numbers: [], why: 'so' };
  await keepVerdicts(ledger, [{ ...verdict, finding: 'nothing' }]);
  return plan;
}

test('a page settles the order that it shows, and no other of its number', async () => {
  const { id, orders } = await unknownOn(given.ledger);
  const order = orders[0]!;
  const path = `/unknown/${order}/nothing`;
  const shown = await formOn(site, `/unknown?order=${order}`, path);
  const listed = await formOn(site, `/unknown/accept?plan=${id}`, '/unknown/accept');
  await planWithId(id, () => unknownOn(other.ledger));
  const later = await openSite({ ledger: other.ledger, account: other.account });
  const answer = await press(later, path, { ...shown, ...BY });
  expect(words(answer)).toContain(`${CHANGED}it was sent again, what settled it`);
  expect(await clearVerdicts(other.ledger, { planId: id })).toHaveLength(1);
  expect(words(await press(later, '/unknown/accept', { ...listed, ...BY }))).toContain(
    'Left out 1',
  );
  expect(await orderRow(other.ledger, order)).toMatchObject({ state: 'unknown' });
});

test('a page of before a settlement was taken back does not settle the order again', async () => {
  const { id, orders } = await unknownOn(given.ledger);
  const order = orders[0]!;
  const path = `/unknown/${order}/nothing`;
  const shown = await formOn(site, `/unknown?order=${order}`, path);
  await settleOrder(given.ledger, order, NOTHING, { who: 'Ada', why: 'so' }, ANYHOW);
  await unsettleOrder(given.ledger, order, { who: 'Bob', why: 'no' });
  const answer = await press(site, path, { ...shown, ...BY });
  expect(words(answer)).toContain(`${CHANGED}it was sent again, what settled it was taken back`);
  expect(await findPlan(given.ledger, id)).toMatchObject({ unknown: 10, pending: 0 });
});

test('a page takes back the settlement that it shows, and no newer one', async () => {
  const { id, orders } = await unknownOn(given.ledger);
  const order = orders[0]!;
  await settleOrder(given.ledger, order, NOTHING, { who: 'Ada', why: 'so' }, ANYHOW);
  const shown = await formOn(site, `/unknown?plan=${id}`, `/unknown/${order}/undo`);
  await unsettleOrder(given.ledger, order, { who: 'Bob', why: 'no' });
  await settleOrder(given.ledger, order, NOTHING, { who: 'Bob', why: 'I called' }, ANYHOW);
  const answer = await press(site, `/unknown/${order}/undo`, { ...shown, ...BY });
  expect(words(answer)).toContain(`${CHANGED}it was settled anew`);
  expect(await orderRow(given.ledger, order)).toMatchObject({ state: 'waiting' });
});

test('a page approves the purchase that it shows, and no other of its number', async () => {
  const threshold = { aboveNumbers: 20, aboveMoney: null, currency: null, hours: 72 };
  const waiting = async (at: typeof given, csv: string) => {
    await setThreshold(at.ledger, 'sandbox', threshold, { who: 'ACCOUNTS_FILE' });
    const { site: its } = await siteWith(at);
    const { json } = await send(its, '/api/plans?account=sandbox', csv, as('submit'));
    const refused = await post(its, `/api/plans/${json.id}/start`, undefined, as('submit'));
    return { its, id: refused.json.error.approval as number };
  };
  const headers = { ...HTML, ...as('approve') };
  const { its, id } = await waiting(given, newCsv('212,21'));
  const path = `/approvals/${id}/approve`;
  const shown = await formOn(its, '/approvals', path, { headers });
  const large = await waiting(other, newCsv('212,99000'));
  expect(large.id).toBe(id);
  const answer = await press(large.its, path, shown, headers);
  expect(words(answer)).toContain(`${CHANGED}another question has this number now.`);
  expect(await findApproval(other.ledger, id)).toMatchObject({ state: 'waiting' });
  expect((await press(large.its, path, {}, headers)).status).toBe(303);
});

test('a tick overrules the objections beside it, and none that came since', async () => {
  const plan = await newPlan(given.ledger);
  const order = plan.orders[0]!;
  const path = `/unknown/${order}/nothing`;
  await readList(given.ledger, plan.account, []);
  await sendOne(given.ledger, plan, 'unknown', { what: 'no answer came', status: null });
  const early = await press(site, path, BY);
  expect(words(early)).toContain(
    'Its request may still be under way. It is over when a worker has',
  );
  await passTime(given.ledger, plan.account, 61_000);
  const numbers = newNumbers(10);
  await readList(given.ledger, plan.account, numbers);
  const verdict = { finding: 'bought', isClear: true, numbers, why: 'so' } as const;
  await keepVerdicts(given.ledger, [{ order, attempt: 1, ...verdict }]);
  const late = await press(site, path, { ...BY, ...ticked(early) });
  expect(words(late)).toContain("The verdict of the vendor's list is that it bought");
  expect(await orderRow(given.ledger, order)).toMatchObject({ state: 'unknown' });
  await press(site, path, { ...BY, ...ticked(late) });
  expect(await orderRow(given.ledger, order)).toMatchObject({ state: 'waiting' });
});

test('a tick stays good while the seconds pass', async () => {
  const plan = await newPlan(given.ledger);
  const order = plan.orders[0]!;
  await sendOne(given.ledger, plan, 'unknown', { what: 'no answer came', status: null });
  const early = await press(site, `/unknown/${order}/nothing`, BY);
  await passTime(given.ledger, plan.account, 5_000);
  await press(site, `/unknown/${order}/nothing`, { ...BY, ...ticked(early) });
  expect(await orderRow(given.ledger, order)).toMatchObject({ state: 'waiting' });
});

test('a page dismisses the lost plans that it shows, and no later ones', async () => {
  const { account } = await newPlan(given.ledger);
  const file = newSha256();
  const lose = (copy: number, numbers: number) =>
    noteLostPlans(
      given.ledger,
      { accountId: account.id, deadlineMs: 0 },
      [{ planKey: `${file}:${copy}:${numbers}`, attempt: 1, bits: Buffer.from([0b0100_0000]) }],
      () => 'lost',
    );
  await lose(0, 10);
  const url = `/accounts/${encodeURIComponent(account.name)}/lost-plans`;
  const shown = await formOn(site, url, `${url}/dismiss`);
  await lose(1, 50_000);
  const answer = await press(site, `${url}/dismiss`, { ...shown, ...BY });
  expect(words(answer)).toContain(`${CHANGED}other plans of this file are lost`);
  expect(await lostPlans(given.ledger, account.id)).toMatchObject([
    { copy: 1, isDismissed: false },
    { copy: 2, isDismissed: false },
  ]);
});
