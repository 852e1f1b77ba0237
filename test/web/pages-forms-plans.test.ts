import { beforeAll, describe, expect, test } from 'vitest';
import {
  ensureAccount,
  findPlan,
  planEvents,
  recordAnswers,
  setPrices,
  steerPlan,
} from '../../src/ledger/index.ts';
import { answerTo, claimOne, newPlan } from '../support/ledger.ts';
import { pricesOf } from '../support/prices.ts';
import { leadsTo, press, upload, words } from './pages-forms.ts';
import { HOSTILE } from './pages-scene.ts';
import { type Answer, ask, newCsv, siteOfFile } from './site.ts';

const { given, site } = siteOfFile({ limits: { uploadBytes: 100_000 } });

beforeAll(async () => {
  await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
});

/** Stores a plan over the page; returns its id. */
async function stored(csv = newCsv()): Promise<number> {
  const answer = await upload(site, { name: 'plan.csv', csv, account: 'sandbox' });
  expect(leadsTo(answer)).toMatch(/^303 \/plans\/\d+$/);
  return Number(answer.headers.location?.split('/').at(-1));
}

const events = async (id: number) =>
  (await planEvents(given.ledger, id)).map(({ kind, by, why }) => ({ kind, by, why }));

describe('a new plan', () => {
  test('without errors is stored, starts nothing, and leads to its page', async () => {
    const id = await stored();
    expect(await findPlan(given.ledger, id)).toMatchObject({
      state: 'ready',
      name: 'plan.csv',
      submittedBy: 'Ada',
      account: 'sandbox',
    });
    expect(words(await ask(site, `/plans/${id}`))).toContain(
      'SANDBOX Start: pretend to buy 10 numbers on account sandbox',
    );
  });

  test('with errors is shown them by line and column, and is given back with them', async () => {
    const hostile = HOSTILE.replaceAll('"', '""');
    const csv = `area_code,quantity,note\n23,5,=cmd()\n212,,"${hostile}"\n212,7,good\n212,0,none\n`;
    const answer = await upload(site, { name: `${HOSTILE}.csv`, csv, account: 'sandbox' });
    expect(answer.status).toBe(422);
    expect(answer.text).not.toMatch(/<script>|<img/);
    expect(words(answer)).toContain(
      '.csv: 2 errors on 2 lines. Nothing was stored and nothing was bought.',
    );
    expect(words(answer)).toContain('1 warning It does not stop the plan. Line 5:');
    expect(words(answer)).toContain('2 area_code 23 area_code "23" has 2 digits. Write 3 or 6');
    expect(words(answer)).toContain(
      '3 quantity blank quantity is blank. Write a whole number from 1',
    );
    const [, link] = answer.text.match(/id="mended" href="([^"]+)"/) ?? [];
    const mended = await ask(site, link!.replaceAll('&#61;', '='));
    expect(mended.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''mended-/);
    expect(mended.text.split('\r\n')[0]).toBe('\ufeffarea_code,quantity,note,fault');
    expect(mended.text).toContain("'=cmd()");
    // Mended, with the column still in it, it is taken.
    const good = mended.text.replace('23,5', '233,5').replace('212,,', '212,3,');
    expect(
      leadsTo(await upload(site, { name: 'mended.csv', csv: good, account: 'sandbox' })),
    ).toMatch(/^303 \/plans\/\d+$/);
  });

  test('is for no account that was not chosen; its file need not be sent again', async () => {
    const page = await ask(site, '/plans/new');
    expect(page.text.match(/type="radio"/g)).toHaveLength(2);
    expect(page.text).not.toMatch(/type="radio"[^>]* checked/);
    const answer = await upload(site, { name: 'which.csv', csv: newCsv() });
    expect(answer.status).toBe(400);
    const [, action] = answer.text.match(/id="which-account" method="post" action="([^"]+)"/) ?? [];
    const done = await press(site, action!, { name: 'which.csv', account: 'main' });
    const id = Number(done.headers.location?.split('/').at(-1));
    expect(await findPlan(given.ledger, id)).toMatchObject({ account: 'main', name: 'which.csv' });
  });

  const lineOf = async (answer: Answer) => {
    const path = answer.headers.location!;
    const { lines } = (await ask(site, `/api${path}/lines`)).json;
    return { line: lines[0], page: words(await ask(site, path)) };
  };

  test('says before the start what its lines may buy instead', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => `212,5,overlay:${at + 1} tollfree,`);
    const csv = `area_code,quantity,fallback,keep_trying\n${rows.join('\n')}\n646,5,,3d\n`;
    const id = await stored(csv);
    const page = words(await ask(site, `/plans/${id}`));
    expect(page).toContain('25 lines may buy other numbers, where their own are sold out:');
    expect(page).toContain('212 New York: overlay:1 332, 646, 917; tollfree');
    expect(page).toContain('overlay:20 332, 646, 917; tollfree and 5 ladders more');
    expect(page).toContain('Keeps trying 1 line asks again for what is lacking');
  });

  test('keeps trying as its form says, also when its account was chosen later', async () => {
    const wish = { name: 'keep.csv', csv: newCsv(), account: 'sandbox', keepTrying: '3D' };
    const { line, page } = await lineOf(await upload(site, wish));
    expect(line).toMatchObject({ keepTrying: '3d' });
    expect(page).toContain('keeps trying for 3d');
    const again = await upload(site, wish);
    expect(again.text).toContain('name="keepTrying" value="3D"');
    const later = await upload(site, { name: 'later.csv', csv: newCsv(), keepTrying: '12h' });
    const [, action] = later.text.match(/id="which-account" method="post" action="([^"]+)"/) ?? [];
    expect(later.text).toContain('name="keepTrying" value="12h"');
    const fields = { name: 'later.csv', account: 'sandbox', keepTrying: '12h' };
    const done = await press(site, action!, fields);
    expect((await lineOf(done)).line).toMatchObject({ keepTrying: '12h' });
  });

  test('is refused with a time that is none', async () => {
    const wish = { name: 'keep.csv', csv: newCsv(), account: 'sandbox', keepTrying: '<b>soon' };
    const answer = await upload(site, wish);
    expect(answer.status).toBe(400);
    expect(words(answer)).toContain('"<b>soon", is neither a time nor a day. Write 3d, 12h or');
    expect(answer.text).not.toContain('<b>soon');
  });

  test('that was submitted before is stored again only on request', async () => {
    const csv = newCsv();
    const id = await stored(csv);
    const answer = await upload(site, { name: 'twice.csv', csv, account: 'sandbox' });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain(
      'This exact file was submitted before. It is “plan.csv” on sandbox',
    );
    expect(answer.text).toContain(`href="/plans/${id}"`);
    const [, action] = answer.text.match(/id="again" method="post" action="([^"]+)"/) ?? [];
    const fields = { name: 'twice.csv', account: 'sandbox' };
    expect((await press(site, action!, fields)).status).toBe(409);
    expect(leadsTo(await press(site, action!, { ...fields, again: 'yes' }))).toMatch(
      /^303 \/plans\/\d+$/,
    );
    // Its upload is gone.
    expect((await press(site, action!, { ...fields, again: 'yes' })).status).toBe(404);
  });

  test('that is empty, too large or no file at all is refused on the page', async () => {
    const empty = await upload(site, { name: 'empty.csv', csv: '', account: 'sandbox' });
    expect(words(empty)).toContain('The file has no lines.');
    const large = await upload(site, {
      name: 'large.csv',
      csv: `a,b\n${'1,2\n'.repeat(30_000)}`,
      account: 'sandbox',
    });
    expect(large.status).toBe(413);
    expect(words(large)).toContain('so it was not read. Split it and upload the parts.');
    const none = await upload(site, { name: '', csv: '', account: 'sandbox' });
    expect(none.status).toBe(400);
    expect(words(none)).toMatch(/Choose a CSV file/);
  });
});

describe('Start', () => {
  test('starts once: a second press says by whom it was started', async () => {
    const id = await stored();
    expect(leadsTo(await press(site, `/plans/${id}/start`, { rate: '4' }))).toBe(
      `303 /plans/${id}?said=started`,
    );
    await steerPlan(given.ledger, id, 'pause', { who: 'Bob' });
    const again = await press(site, `/plans/${id}/start`, { rate: '4' });
    expect(leadsTo(again)).toBe(`303 /plans/${id}?said=started-before`);
    expect(words(await ask(site, again.headers.location!))).toMatch(
      /This plan was started by Ada, today [\d:]+ \. It was not started twice\./,
    );
    expect((await findPlan(given.ledger, id)).state).toBe('paused');
    expect((await events(id)).filter(({ kind }) => kind === 'plan_started')).toHaveLength(1);
  });

  test('names the most that the plan may cost, and starts only at those prices', async () => {
    const by = { who: 'Ada' };
    const { hash } = (await setPrices(given.ledger, 'sandbox', pricesOf(), by)).prices!;
    const id = await stored(newCsv('212,10\n907,5'));
    const page = await ask(site, `/plans/${id}`);
    expect(words(page)).toContain(
      'Really bought, it would cost at most 15.00 USD once and 7.50 USD a month .',
    );
    expect(page.text).toContain(`name="prices" value="${hash}"`);
    await setPrices(given.ledger, 'sandbox', null, by);
    const answer = await press(site, `/plans/${id}/start`, { rate: '4', prices: hash });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain(
      `The account's prices have changed since plan ${id} was looked at.`,
    );
    expect((await findPlan(given.ledger, id)).state).toBe('ready');
    await setPrices(given.ledger, 'sandbox', pricesOf(), by);
    const without = await press(site, `/plans/${id}/start`, { rate: '4' });
    expect({ status: without.status, words: words(without) }).toEqual({
      status: 409,
      words: expect.stringContaining("The account's prices have changed"),
    });
    const again = await press(site, `/plans/${id}/start`, { rate: '4', prices: hash });
    expect(leadsTo(again)).toBe(`303 /plans/${id}?said=started`);
    expect(words(await ask(site, `/plans/${id}`))).toContain(
      'Would cost so far 0.00 USD once, and 0.00 USD a month',
    );
    await setPrices(given.ledger, 'sandbox', null, by);
  });

  test('says what has no price in place of a sum', async () => {
    const prices = pricesOf({ currency: 'USD', types: {} });
    await setPrices(given.ledger, 'sandbox', prices, { who: 'Ada' });
    const page = words(await ask(site, `/plans/${await stored(newCsv('212,10'))}`));
    expect(page).toContain(
      'What it costs is not known: 10 numbers of the type local have no price.',
    );
    await setPrices(given.ledger, 'sandbox', null, { who: 'Ada' });
    const without = words(await ask(site, `/plans/${await stored(newCsv('212,10'))}`));
    expect(without).not.toMatch(/cost at most|is not known/);
  });

  test('starts nothing when the pace has changed since the page was made', async () => {
    const id = await stored();
    const answer = await press(site, `/plans/${id}/start`, { rate: '3' });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain("The account's pace changed since this check.");
    expect((await findPlan(given.ledger, id)).state).toBe('ready');
  });

  test('is pressed on a page that says what columns are called in the results', async () => {
    const csv = 'area_code,quantity,city,line,status\n212,231,NY,7,new\n';
    const answer = await upload(site, { name: 'taken.csv', csv, account: 'main' });
    expect(words(await ask(site, answer.headers.location!))).toContain(
      'In the results line is called plan_line, status is called plan_status',
    );
    const other = await ask(site, `/plans/${await stored()}`);
    expect(words(other)).not.toContain('In the results');
  });

  test('of a live plan waits for the tick at what may cost money', async () => {
    const csv = `area_code,quantity,toll free\n212,231,1\n`;
    const answer = await upload(site, { name: 'costly.csv', csv, account: 'main' });
    const page = answer.headers.location!;
    const shown = await ask(site, page);
    expect(shown.text).toMatch(/<input type="checkbox" name="accept" value="yes" required>/);
    expect(words(shown)).toContain('The column "toll free" is not ours');
    const refused = await press(site, `${page}/start`, { rate: '4' });
    expect(refused.status).toBe(409);
    expect(words(refused)).toContain('Read the warnings, and tick the box below them.');
    expect(leadsTo(await press(site, `${page}/start`, { rate: '4', accept: 'yes' }))).toBe(
      `303 ${page}?said=started`,
    );
  });

  test('is refused to another site', async () => {
    const id = await stored();
    const answer = await ask(site, `/plans/${id}/start`, {
      method: 'POST',
      headers: {
        origin: 'http://elsewhere.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'rate=4',
    });
    expect(answer.status).toBe(403);
    expect((await findPlan(given.ledger, id)).state).toBe('ready');
  });
});

describe('a plan', () => {
  test('is paused, resumed and cancelled by a named person, with the reason', async () => {
    const { id } = await newPlan(given.ledger);
    const paused = await press(site, `/plans/${id}/pause`, { by: 'Bea', why: 'the budget' });
    expect(leadsTo(paused)).toBe(`303 /plans/${id}?said=paused`);
    expect(words(await ask(site, `/plans/${id}`))).toMatch(
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

  test('keeps what was typed when a form lacks something', async () => {
    const { id } = await newPlan(given.ledger);
    const noReason = await press(site, `/plans/${id}/cancel`, { by: HOSTILE, why: ' ' });
    expect(noReason.status).toBe(400);
    expect(words(noReason)).toContain('Say why: it is shown to everyone here.');
    expect(noReason.text).toMatch(/<details class="act" name="act" id="cancel" open>/);
    expect(noReason.text).toContain('name="by" value="&#60;script&#62;');
    for (const by of ['', 'Cid (signed in as ada)', 'sweep']) {
      const noName = await press(site, `/plans/${id}/pause`, { by, why: 'x' });
      expect(words(noName)).toContain('Say who you are.');
      expect(noName.text).toContain('name="why" value="x"');
    }
    expect((await findPlan(given.ledger, id)).state).toBe('running');
  });

  test('tells what a late press met', async () => {
    const { id } = await newPlan(given.ledger);
    await steerPlan(given.ledger, id, 'cancel', { who: 'Bob', why: 'mine' });
    const answer = await press(site, `/plans/${id}/pause`, { by: 'Ada', why: 'too late' });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain('is cancelled and cannot be paused');
    expect(leadsTo(await press(site, `/plans/${id}/cancel`, { by: 'Ada', why: 'also' }))).toBe(
      `303 /plans/${id}?said=cancelled`,
    );
    expect(await findPlan(given.ledger, id)).toMatchObject({ reason: 'mine' });
  });

  test('sends again what was refused', async () => {
    const plan = await newPlan(given.ledger);
    await recordAnswers(given.ledger, plan.account.id, [
      answerTo(await claimOne(given.ledger, plan), 'refused'),
    ]);
    expect(words(await ask(site, `/plans/${plan.id}`))).toContain('Retry 10 numbers…');
    const answer = await press(site, `/plans/${plan.id}/retry`, { by: 'Ada' });
    expect(words(await ask(site, answer.headers.location!))).toContain(
      '1 order will be sent again.',
    );
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ refused: 0, pending: 10 });
  });
});
