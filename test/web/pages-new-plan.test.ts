import { beforeAll, describe, expect, test } from 'vitest';
import { ensureAccount, findPlan, steerPlan } from '../../src/ledger/index.ts';
import { leadsTo, press, read, stored, upload, words } from './pages-forms.ts';
import { HOSTILE } from './pages-scene.ts';
import { type Answer, ask, newCsv, siteOfFile } from './site.ts';

const { given, site } = siteOfFile({ limits: { uploadBytes: 100_000 } });

beforeAll(async () => {
  await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
});

describe('a new plan', () => {
  test('without errors is stored, starts nothing, and leads to its page', async () => {
    const id = await stored(site);
    expect(await findPlan(given.ledger, id)).toMatchObject({
      state: 'ready',
      name: 'plan.csv',
      submittedBy: 'Ada',
      account: 'sandbox',
    });
    expect(await read(site, `/plans/${id}`)).toContain(
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
    expect(words(answer)).toContain('2 area_code area_code "23" has 2 digits. Write 3 or 6');
    expect(words(answer)).toContain('3 quantity quantity is blank. Write a whole number from 1');
    const [, link] = answer.text.match(/id="annotated" href="([^"]+)"/) ?? [];
    const annotated = await ask(site, link!.replaceAll('&#61;', '='));
    expect(annotated.headers['content-disposition']).toMatch(
      /^attachment; filename\*=UTF-8''annotated-/,
    );
    expect(annotated.text.split('\r\n')[0]).toBe('\ufeffarea_code,quantity,note,fault');
    expect(annotated.text).toContain("'=cmd()");
    // Mended, with the column still in it, it is taken.
    const good = annotated.text.replace('23,5', '233,5').replace('212,,', '212,3,');
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
    return { line: lines[0], page: await read(site, path) };
  };

  test('says before the start what its lines may buy instead', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => `212,5,overlay:${at + 1} tollfree,`);
    const csv = `area_code,quantity,fallback,keep_trying\n${rows.join('\n')}\n646,5,,3d\n`;
    const id = await stored(site, csv);
    const page = await read(site, `/plans/${id}`);
    expect(page).toContain('25 lines may buy other numbers, where their own are sold out:');
    expect(page).toContain('212 New York: overlay:1 332, 646, 917; tollfree');
    expect(page).toContain('overlay:20 332, 646, 917; tollfree and 5 more ladders');
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
    expect(words(answer)).toContain(
      '"<b>soon", is neither a length of time nor a date. Write 3d, 12h or',
    );
    expect(answer.text).not.toContain('<b>soon');
  });

  test('that was submitted before is stored again only on request', async () => {
    const csv = newCsv();
    const id = await stored(site, csv);
    const answer = await upload(site, { name: 'twice.csv', csv, account: 'sandbox' });
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain('This file was submitted before. It is “plan.csv” on sandbox');
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

  test('whose lines an earlier plan has is stored only on request', async () => {
    const csv = 'area_code,quantity\n212,6\n213,7\n';
    await upload(site, { name: 'monday.csv', csv, account: 'main' });
    const more = { name: 'tuesday.csv', csv: `${csv}214,8\n`, account: 'main' };
    const answer = await upload(site, more);
    expect(answer.status).toBe(409);
    expect(words(answer)).toContain(
      'An earlier plan has 2 lines of it. It is “monday.csv” on main',
    );
    expect(words(answer)).not.toContain('submitted before');
    const [, action] = answer.text.match(/id="again" method="post" action="([^"]+)"/) ?? [];
    const again = await press(site, action!, { name: more.name, account: 'main', again: 'yes' });
    expect(leadsTo(again)).toMatch(/^303 \/plans\/\d+$/);
  });

  test('under another purchase number names that column, and what became of the plan', async () => {
    const csv = 'area_code,quantity,PO\n212,61,4711\n213,7,4711\n';
    const { headers } = await upload(site, { name: 'old.csv', csv, account: 'main' });
    const id = Number(headers.location!.split('/').at(-1));
    await steerPlan(given.ledger, id, 'start', { who: 'Ada' });
    const other = { name: 'new.csv', csv: csv.replaceAll('4711', '4712'), account: 'main' };
    expect(words(await upload(site, other))).toMatch(
      /It bought 0 numbers, 68 may still be\. Column “PO” of it makes no other line\./,
    );
  });

  test('is stored once by two presses at the same time', async () => {
    const csv = newCsv();
    await stored(site, csv);
    const answer = await upload(site, { name: 'twice.csv', csv, account: 'sandbox' });
    const [, action] = answer.text.match(/id="again" method="post" action="([^"]+)"/) ?? [];
    const fields = { name: 'twice.csv', account: 'sandbox', again: 'yes' };
    const presses = await Promise.all([1, 2].map(() => press(site, action!, fields)));
    const [one, two] = presses.map(leadsTo);
    expect(one).toMatch(/^303 \/plans\/\d+$/);
    expect(two).toBe(one);
  });

  test('that is empty, too large or no file at all is refused on the page', async () => {
    const empty = await upload(site, { name: 'empty.csv', csv: '', account: 'sandbox' });
    expect(words(empty)).toContain('1 the file The file is empty.');
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
