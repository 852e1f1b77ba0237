import { beforeAll, describe, expect, test } from 'vitest';
import {
  ensureAccount,
  findPlan,
  planEvents,
  setPrices,
  steerPlan,
} from '../../src/ledger/index.ts';
import { newPlan } from '../support/plans.ts';
import { pricesOf } from '../support/prices.ts';
import { newNumbers, readList, sendOne } from '../support/sending.ts';
import { formOn, leadsTo, press, read, stored, upload, words } from './pages-forms.ts';
import { HOSTILE } from './pages-scene.ts';
import { ask, newCsv, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();

beforeAll(async () => {
  await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
});

const events = async (id: number) =>
  (await planEvents(given.ledger, id)).map(({ kind, by, why }) => ({ kind, by, why }));

describe('Start', () => {
  test('starts once: a second press says by whom it was started', async () => {
    const id = await stored(site);
    const shown = await formOn(site, `/plans/${id}`, `/plans/${id}/start`);
    expect(leadsTo(await press(site, `/plans/${id}/start`, shown))).toBe(
      `303 /plans/${id}?said=started`,
    );
    await steerPlan(given.ledger, id, 'pause', { who: 'Bob' });
    const again = await press(site, `/plans/${id}/start`, shown);
    expect(leadsTo(again)).toBe(`303 /plans/${id}?said=started-before`);
    expect(await read(site, again.headers.location!)).toMatch(
      /This plan was started by Ada, today [\d:]+ \. It was not started twice\./,
    );
    expect((await findPlan(given.ledger, id)).state).toBe('paused');
    expect((await events(id)).filter(({ kind }) => kind === 'plan_started')).toHaveLength(1);
  });

  test('names the most that the plan may cost, and starts only at those prices', async () => {
    const by = { who: 'Ada' };
    const { hash } = (await setPrices(given.ledger, 'sandbox', pricesOf(), by)).prices!;
    const id = await stored(site, newCsv('212,10\n907,5'));
    const page = await ask(site, `/plans/${id}`);
    expect(words(page)).toContain(
      'With a live account it would cost at most 15.00 USD once and 7.50 USD a month .',
    );
    expect(page.text).toContain(`name="prices" value="${hash}"`);
    await setPrices(given.ledger, 'sandbox', null, by);
    const answer = await press(site, `/plans/${id}/start`, { prices: hash });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain(
      `The account's prices have changed since plan ${id} was looked at.`,
    );
    expect((await findPlan(given.ledger, id)).state).toBe('ready');
    await setPrices(given.ledger, 'sandbox', pricesOf(), by);
    const without = await press(site, `/plans/${id}/start`, { prices: 'none' });
    expect({ status: without.status, words: words(without) }).toEqual({
      status: 409,
      words: expect.stringContaining("The account's prices have changed"),
    });
    const again = await press(site, `/plans/${id}/start`, { prices: hash });
    expect(leadsTo(again)).toBe(`303 /plans/${id}?said=started`);
    expect(await read(site, `/plans/${id}`)).toContain(
      'Would cost so far 0.00 USD once, and 0.00 USD a month',
    );
    await setPrices(given.ledger, 'sandbox', null, by);
  });

  test('says what has no price in place of a sum', async () => {
    const prices = pricesOf({ currency: 'USD', types: {} });
    await setPrices(given.ledger, 'sandbox', prices, { who: 'Ada' });
    const page = await read(site, `/plans/${await stored(site, newCsv('212,10'))}`);
    expect(page).toContain(
      'What it costs is not known: 10 numbers of the type local have no price.',
    );
    await setPrices(given.ledger, 'sandbox', null, { who: 'Ada' });
    const without = await read(site, `/plans/${await stored(site, newCsv('212,10'))}`);
    expect(without).not.toMatch(/cost at most|is not known/);
  });

  test('is pressed on a page that says what columns are called in the results', async () => {
    const csv = 'area_code,quantity,city,line,status\n212,231,NY,7,new\n';
    const answer = await upload(site, { name: 'taken.csv', csv, account: 'main' });
    expect(await read(site, answer.headers.location!)).toContain(
      'In the results line is called plan_line, status is called plan_status',
    );
    const other = await ask(site, `/plans/${await stored(site)}`);
    expect(words(other)).not.toContain('In the results');
  });

  test('of a live plan waits for the tick at what may cost money', async () => {
    const csv = `area_code,quantity,toll free\n212,231,1\n`;
    const answer = await upload(site, { name: 'costly.csv', csv, account: 'main' });
    const page = answer.headers.location!;
    const shown = await ask(site, page);
    expect(shown.text).toMatch(/<input type="checkbox" name="accept" value="yes" required>/);
    expect(words(shown)).toContain('The column "toll free" is not one of ours');
    const refused = await press(site, `${page}/start`);
    expect(refused.status).toBe(409);
    expect(words(refused)).toContain('Read the warnings, and tick the box below them.');
    expect(leadsTo(await press(site, `${page}/start`, { accept: 'yes' }))).toBe(
      `303 ${page}?said=started`,
    );
  });
});

describe('a plan', () => {
  test('is paused, resumed and cancelled by a named person, with the reason', async () => {
    const { id } = await newPlan(given.ledger);
    const paused = await press(site, `/plans/${id}/pause`, { by: 'Bea', why: 'the budget' });
    expect(leadsTo(paused)).toBe(`303 /plans/${id}?said=paused`);
    expect(await read(site, `/plans/${id}`)).toMatch(
      /Paused by Bea, today [\d:]+ \. Reason: “the budget”\. Nothing new is sent\./,
    );
    await press(site, `/plans/${id}/resume`, { by: 'Bea' });
    expect((await findPlan(given.ledger, id)).state).toBe('running');
    await press(site, `/plans/${id}/cancel`, { by: 'Cid', why: 'no longer wanted' });
    expect(await findPlan(given.ledger, id)).toMatchObject({
      state: 'cancelled',
      cancelled: 10,
      pending: 0,
    });
    expect((await events(id))[0]).toEqual({
      kind: 'plan_cancelled',
      by: 'Cid',
      why: 'no longer wanted',
    });
  });

  test('is paused and cancelled without a reason too', async () => {
    const { id } = await newPlan(given.ledger);
    await press(site, `/plans/${id}/pause`, { by: 'Cid', why: '' });
    expect(await findPlan(given.ledger, id)).toMatchObject({ state: 'paused', reason: null });
    await press(site, `/plans/${id}/cancel`, { by: 'Cid', why: '' });
    expect(await findPlan(given.ledger, id)).toMatchObject({ state: 'cancelled', reason: null });
  });

  test('keeps what was typed when a form lacks something', async () => {
    const { id } = await newPlan(given.ledger);
    const hostile = await press(site, `/plans/${id}/cancel`, { by: HOSTILE, why: HOSTILE });
    expect(hostile.status).toBe(400);
    expect(hostile.text).toMatch(/<details class="act" name="act" id="cancel" open>/);
    expect(hostile.text).toContain('name="by" value="&#60;script&#62;');
    for (const by of ['', 'Cid (signed in as ada)', 'sweep']) {
      const noName = await press(site, `/plans/${id}/pause`, { by, why: 'x' });
      expect(words(noName)).toContain('Say who you are.');
      expect(noName.text).toContain('name="why" value="x"');
    }
    expect((await findPlan(given.ledger, id)).state).toBe('running');
  });

  test('tells what a late press met', async () => {
    const { id } = await newPlan(given.ledger);
    const { seen } = await formOn(site, `/plans/${id}`, `/plans/${id}/pause`);
    await steerPlan(given.ledger, id, 'cancel', { who: 'Bob', why: 'mine' });
    const late = { seen: seen!, by: 'Ada', why: 'too late' };
    const answer = await press(site, `/plans/${id}/pause`, late);
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain('is cancelled and cannot be paused');
    expect(leadsTo(await press(site, `/plans/${id}/cancel`, late))).toBe(
      `303 /plans/${id}?said=cancelled`,
    );
    expect(await findPlan(given.ledger, id)).toMatchObject({ reason: 'mine' });
  });

  test('sends again what was refused', async () => {
    const plan = await newPlan(given.ledger);
    await sendOne(given.ledger, plan, 'refused');
    expect(await read(site, `/plans/${plan.id}`)).toContain('Retry 10 numbers…');
    const answer = await press(site, `/plans/${plan.id}/retry`, { by: 'Ada' });
    expect(await read(site, answer.headers.location!)).toContain('1 order will be sent again.');
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ refused: 0, pending: 10 });
  });

  test('sends again what the list speaks against only when that is ticked', async () => {
    const plan = await newPlan(given.ledger);
    await sendOne(given.ledger, plan, 'refused');
    await readList(given.ledger, plan.account, newNumbers(10));
    const path = `/plans/${plan.id}/retry`;
    const answer = await press(site, path, { by: 'Ada' });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain('The account owns 10 numbers that no order has');
    expect(words(answer)).toContain('I know better: send them again anyway.');
    const [, againstEvidence] = /name="againstEvidence" value="([^"]+)"/.exec(answer.text)!;
    const ticked = { by: 'Ada', againstEvidence: againstEvidence! };
    expect(words(await press(site, path, ticked))).toContain('Say why');
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ refused: 10, pending: 0 });
    await press(site, path, { ...ticked, why: 'bought by hand' });
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ refused: 0, pending: 10 });
    expect(await read(site, `/plans/${plan.id}`)).toContain('That was against the evidence');
  });
});
