import type { OutgoingHttpHeaders } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureAccount, orderId, setThreshold } from '../../src/ledger/index.ts';
import { sendOne } from '../support/sending.ts';
import { formOn, press } from './pages-forms.ts';
import { as, bearer, HTML, nameOf, siteWith, tokenFor } from './people.ts';
import {
  ask,
  codeOf,
  ledgerOfFile,
  newCsv,
  openSite,
  post,
  type Site,
  send,
  submitted,
} from './site.ts';

const given = ledgerOfFile();
let site: Site;
beforeAll(async () => {
  ({ site } = await siteWith(given));
  const threshold = { aboveNumbers: 20, aboveMoney: null, currency: null, hours: 72 };
  await setThreshold(given.ledger, 'sandbox', threshold, { who: 'ACCOUNTS_FILE' });
});

const SUBMIT = as('submit');
const APPROVE = as('approve');
const ADMIN = as('admin');

const form = (path: string, fields: Record<string, string>, headers: OutgoingHttpHeaders) =>
  press(site, path, fields, { ...HTML, ...headers });
const page = async (path: string, headers: OutgoingHttpHeaders) =>
  (await ask(site, path, { headers: { ...HTML, ...headers } })).text.replace(/\s+/g, ' ');

/** A plan that waits for a yes, and its question. */
async function waiting(headers = SUBMIT, asker = headers) {
  const plan = await submitted(site, newCsv('212,21'), headers);
  const refused = await post(site, `/api/plans/${plan}/start`, undefined, asker);
  return { plan, refused, id: refused.json.error.approval as number };
}
const answer = (id: number, said: 'approve' | 'refuse', headers = APPROVE, body?: object) =>
  post(site, `/api/approvals/${id}/${said}`, body, headers);

describe('over the API', () => {
  test('a start is answered with what it waits for, and done after the yes', async () => {
    const { plan, refused, id } = await waiting();
    expect(codeOf(refused)).toEqual([409, 'needs_approval']);
    expect(refused.json.error).toMatchObject({
      ...{ id: plan, approval: id },
      message: expect.stringContaining(
        `Approval ${id} waits: POST /api/approvals/${id}/approve or /refuse. Once approved, say ` +
          `POST /api/plans/${plan}/start?yes=true.`,
      ),
    });
    const listed = await ask(site, '/api/approvals', { headers: SUBMIT });
    expect(listed.json.approvals).toMatchObject([
      { id, kind: 'start', state: 'waiting', plan, numbers: 21, askedBy: nameOf('submit') },
    ]);
    expect(codeOf(await answer(id, 'approve', SUBMIT))).toEqual([403, 'not_allowed']);
    expect((await answer(id, 'approve')).json).toMatchObject({ id, state: 'given' });
    const started = await post(site, `/api/plans/${plan}/start`, undefined, SUBMIT);
    expect(started).toMatchObject({ status: 200, json: { state: 'running' } });
    const used = await ask(site, `/api/approvals/${id}`, { headers: APPROVE });
    expect(used.json).toMatchObject({ state: 'used', usedBy: nameOf('submit') });
    expect(codeOf(await answer(id, 'approve'))).toEqual([409, 'wrong_state']);
  });

  test('an admin may do both, and not to what is their own', async () => {
    const { id } = await waiting(ADMIN);
    expect(codeOf(await answer(id, 'approve', ADMIN))).toEqual([403, 'not_allowed']);
    const other = await waiting(ADMIN, SUBMIT);
    expect(codeOf(await answer(other.id, 'approve', ADMIN))).toEqual([403, 'not_allowed']);
    expect(codeOf(await answer((await waiting()).id, 'approve', ADMIN))).toEqual([200, undefined]);
  });

  test('a token asks, and does not answer', async () => {
    const { id, refused } = await waiting(bearer(await tokenFor(site, 'submit')));
    expect(refused.json.error.code).toBe('needs_approval');
    const token = bearer(await tokenFor(site, 'admin'));
    const { status, json } = await answer(id, 'approve', token);
    expect([status, json.error.code]).toEqual([403, 'not_allowed']);
    expect(json.error.message).toContain('A token is no person');
  });

  test('a refusal says why', async () => {
    const { id } = await waiting();
    expect(codeOf(await answer(id, 'refuse'))).toEqual([400, 'invalid_usage']);
    const blank = await answer(id, 'refuse', APPROVE, { why: ' ' });
    expect(codeOf(blank)).toEqual([400, 'invalid_usage']);
    const refused = await answer(id, 'refuse', APPROVE, { why: 'no budget' });
    expect(refused.json).toMatchObject({ state: 'refused', refusal: 'no budget' });
  });

  test('a retry and a settlement wait, too', async () => {
    const plan = await submitted(site, newCsv('212,20'), SUBMIT);
    await post(site, `/api/plans/${plan}/start`, undefined, SUBMIT);
    const order = orderId(plan, 1);
    const small = { id: plan, account: given.account, orders: [order] };
    await sendOne(given.ledger, small, 'unknown');
    const settle = () =>
      post(
        site,
        `/api/orders/${order}/settle`,
        { nothing: true, why: 'their support looked', againstEvidence: true },
        SUBMIT,
      );
    expect((await settle()).status).toBe(200);
    await sendOne(given.ledger, small, 'refused');
    const retried = await post(site, `/api/plans/${plan}/retry`, undefined, SUBMIT);
    expect(codeOf(retried)).toEqual([409, 'needs_approval']);
    expect(retried.json.error.message).toContain('20 numbers, 40 numbers with what went before');
  });

  test.each([
    ['nobody signs in', {}, {}],
    [
      'all share WEB_USER',
      { signIn: { user: 'ops', password: 'hush hush hush' } },
      { authorization: `Basic ${btoa('ops:hush hush hush')}` },
    ],
  ])('where %s, nobody answers', async (_, options, headers) => {
    const alone = await openSite(given, options);
    const { id } = await waiting();
    const refused = await post(alone, `/api/approvals/${id}/approve`, undefined, headers);
    expect(codeOf(refused)).toEqual([403, 'not_allowed']);
    expect(refused.json.error.message).toContain('USERS_FILE gives them names and roles');
  });
});

describe('on the pages', () => {
  test('a press of Start says on the plan what it waits for, and until when', async () => {
    const plan = await submitted(site, newCsv('212,21'), SUBMIT);
    const pressed = await form(`/plans/${plan}/start`, {}, SUBMIT);
    expect([pressed.status, pressed.headers.location]).toEqual([303, `/plans/${plan}`]);
    const own = await page(`/plans/${plan}`, SUBMIT);
    expect(own).toContain("waits for another person's approval");
    expect(own).toContain(`asked for by ${nameOf('submit')}`);
    expect(own).not.toContain('Approve…');
    expect(own).toContain('Once another person has approved it, it can be started here.');
    expect(own).not.toContain('id="start-button"');
    const theirs = await page(`/plans/${plan}`, APPROVE);
    expect(theirs).toContain('SANDBOX</span> The start of');
    expect(theirs).toContain('It would buy <b>21 numbers</b> in 1 order');
    expect(theirs).toContain('Approve…');
    expect(theirs).toContain('Refuse…');
  });

  test('a plan whose question would not be asked now can be started', async () => {
    const { plan } = await waiting();
    const other = { aboveNumbers: 20, aboveMoney: null, currency: null, hours: 72 };
    await setThreshold(given.ledger, 'sandbox', null, { who: 'ACCOUNTS_FILE' });
    expect(await page(`/plans/${plan}`, SUBMIT)).toContain('Start: pretend to buy 21 numbers');
    await setThreshold(given.ledger, 'sandbox', other, { who: 'ACCOUNTS_FILE' });
  });

  test('an account tells its threshold', async () => {
    expect(await page('/accounts', as('view'))).toContain(
      "Above 20 numbers, a purchase waits for another person's approval.",
    );
  });

  test('who approved leads to the plan, which can then be started', async () => {
    const { plan, id } = await waiting();
    const said = await form(`/approvals/${id}/approve`, {}, APPROVE);
    expect([said.status, said.headers.location]).toEqual([303, `/plans/${plan}`]);
    expect(await page(`/plans/${plan}`, SUBMIT)).toMatch(
      new RegExp(
        `${nameOf('approve')} approved it, .*</b> Anyone but ${nameOf('approve')} can now`,
      ),
    );
    const pressed = await form(`/plans/${plan}/start`, {}, SUBMIT);
    expect(pressed.headers.location).toBe(`/plans/${plan}?said=started`);
    const events = await page(`/plans/${plan}`, SUBMIT);
    expect(events).toContain(`approved: to start, 21 numbers (approval ${id}).`);
    expect(events).toContain(`asked for another person&#39;s approval: to start, 21 numbers`);
  });

  test('a refusal without a why keeps the form open, and with one is shown', async () => {
    const { plan, id } = await waiting();
    const blank = await form(`/approvals/${id}/refuse`, { why: ' ' }, APPROVE);
    expect(blank.status).toBe(400);
    expect(blank.text).toContain('Say why: it is shown to everyone here.');
    expect((await form(`/approvals/${id}/refuse`, { why: 'no <b>' }, APPROVE)).status).toBe(303);
    const shown = await page(`/plans/${plan}`, SUBMIT);
    expect(shown).toContain(`${nameOf('approve')} refused the start`);
    expect(shown).toContain('Reason: “no &#60;b&#62;”');
  });

  test('the header leads to what waits, for everyone and only while something does', async () => {
    const link = '<a href="/approvals">Approvals';
    await waiting();
    expect(await page('/', as('view'))).toContain(link);
    const list = await page('/approvals', as('view'));
    expect(list).toContain("waits for another person's approval");
    expect(list).not.toContain('Approve…');
    const { json } = await ask(site, '/api/approvals', { headers: APPROVE });
    for (const { id, barred } of json.approvals) {
      const by = barred.includes(nameOf('admin')) ? APPROVE : ADMIN;
      await answer(id, 'refuse', by, { why: 'cleared' });
    }
    expect(await page('/', SUBMIT)).not.toContain(link);
    expect(await page('/approvals', SUBMIT)).toContain('Nothing waits');
  });

  test('a question that there is not, and one that is answered, say so', async () => {
    expect((await form('/approvals/999999/approve', {}, APPROVE)).status).toBe(404);
    const { id } = await waiting();
    const path = `/approvals/${id}/approve`;
    const shown = await formOn(site, '/approvals', path, { headers: ADMIN });
    await answer(id, 'approve');
    const late = await form(path, shown, ADMIN);
    expect([late.status, late.text.includes(`Approval ${id} was approved already`)]).toEqual([
      ...[409, true],
    ]);
    expect((await form('/approvals/x/approve', {}, APPROVE)).status).toBe(404);
  });
});

test('a live start does what its answer advises', async () => {
  // From here on there are two accounts, and each submission names its own.
  const live = await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
  const threshold = { aboveNumbers: 20, aboveMoney: null, currency: null, hours: 72 };
  await setThreshold(given.ledger, live.name, threshold, { who: 'ACCOUNTS_FILE' });
  const { json } = await send(site, '/api/plans?account=main', newCsv('212,21'), SUBMIT);
  const start = `/api/plans/${json.id}/start?yes=true`;
  const { error } = (await post(site, start, undefined, SUBMIT)).json;
  await answer(error.approval, 'approve');
  const [, advised = ''] = /Once approved, say POST (\S+)\. /.exec(error.message)!;
  expect(await post(site, advised, undefined, SUBMIT)).toMatchObject({
    ...{ status: 200, json: { state: 'running' } },
  });
});
