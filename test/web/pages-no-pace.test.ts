import { beforeEach, expect, test } from 'vitest';
import { accountState, changeAccount } from '../../src/ledger/index.ts';
import { chart } from '../../src/web/pages/plan/chart.ts';
import { formOn, leadsTo, press, read, upload, words } from './pages-forms.ts';
import { ask, hear, newCsv, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();

/** Each test begins with an account without a pace. */
beforeEach(async () => {
  await changeAccount(given.ledger, 'sandbox', { rate: null }, { who: 'Cal' });
});

test('an account without a pace says so, with a blank number, and takes one', async () => {
  const all = await ask(site, '/accounts');
  expect(words(all)).toContain('No pace set : as fast as possible.');
  expect(all.text).toMatch(/id="rate-sandbox" name="rate"[^>]* value="" required/);
  expect(await read(site, '/accounts/sandbox')).toContain(
    'Pace removed by Cal: as fast as possible.',
  );
  expect(await read(site, '/accounts?said=account_rate&account=sandbox')).toContain(
    'Pace removed by',
  );
  const answer = await press(site, '/accounts/sandbox/pace', { rate: '4' });
  expect(await read(site, answer.headers.location!)).toContain('Pace set to 4 by');
  expect((await accountState(given.ledger, 'sandbox')).rate).toBe(4);
});

test('a plan is started without a pace only when it was looked at without one', async () => {
  const { headers } = await upload(site, { name: 'a.csv', csv: newCsv(), account: 'sandbox' });
  const page = headers.location!;
  await changeAccount(given.ledger, 'sandbox', { rate: 4 }, { who: 'Cal' });
  const atFour = await formOn(site, page, `${page}/start`);
  await changeAccount(given.ledger, 'sandbox', { rate: null }, { who: 'Cal' });
  const refused = await press(site, `${page}/start`, atFour);
  expect(refused.status).toBe(409);
  expect(words(refused)).toContain('changed since you looked: the account has another pace.');
  const ready = await ask(site, page);
  expect(words(ready)).toContain('Takes No pace set: as fast as possible, longer while');
  expect(leadsTo(await press(site, `${page}/start`))).toBe(`303 ${page}?said=started`);
  await hear(site);
  const running = await read(site, page);
  expect(running).toContain('no pace set on sandbox');
  expect(running).not.toMatch(/paused|NaN|Infinity/i);
  expect(await read(site, '/')).toContain('Running 0 of 10 bought 0 0 no pace set as fast');
});

test('a chart without a pace has no line for it, also when nothing was bought', () => {
  const at = (seconds: number) => new Date(seconds * 1000);
  const nothing = { orders: 0, bought: 0, missing: 0, unknown: 0, cancelled: 0 };
  const sold = [
    { at: at(0), ...nothing },
    { at: at(1), ...nothing, orders: 40, bought: 80 },
  ];
  expect(chart(sold, 50).text).toContain('class="pace"');
  expect(chart(sold, 50).text).toContain('at most 40 a second, pace set to 50.');
  expect(chart(sold, null).text).not.toContain('class="pace"');
  expect(chart(sold, null).text).toContain('at most 40 a second, no pace set.');
  const gone = [
    { at: at(0), ...nothing },
    { at: at(1), ...nothing, orders: 40, cancelled: 80 },
  ];
  expect(chart(gone, null).text).not.toContain('NaN');
});
