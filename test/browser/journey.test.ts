import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { describeInBrowser, expectAccessibleEverywhere, type Reader } from './browser.ts';
import { type Program, startUp } from './program.ts';

const NAME = 'autumn-rollout.csv';
const PLAN = `area_code,quantity,type,city
212,60,local,New York
415,30,local,San Francisco
617,26,local,Boston
907,20,local,Anchorage
808,10,local,Honolulu
,30,tollfree,
305,75,local,Miami
206,50,local,Seattle
713,45,local,Houston
602,40,local,Phoenix
`;
const REQUESTED = 386;
const BAD_PLAN = PLAN.replace('415,30', '41,30').replace('617,26', '617,');

/** Takes the pictures of the documents: `SCREENSHOTS=docs npx vitest run test/browser`. */
const SHOTS = process.env.SCREENSHOTS;

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: join(resolve(SHOTS), `${name}.png`) });
}

const csv = (name: string, text: string) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
});

async function download(page: Page, link: string | RegExp): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: link }).click(),
  ]);
  return readFileSync(await file.path(), 'utf8');
}

const rowsOf = (text: string) =>
  parse(text, { columns: true, bom: true }) as Record<string, string>[];

describeInBrowser('a person with a browser', (open) => {
  let program: Program;
  let page: Reader;

  beforeAll(async () => {
    page = await open();
    program = await startUp(
      { stock: { '907': 12, '808': 0 }, latencyMs: 150 },
      {
        RATE: '6',
        // Seconds: the evidence comes while the page is open.
        RECONCILE_AFTER: '8',
      },
    );
  });

  test('mends a plan, starts it, watches it, settles an order, and has every number', async () => {
    const { url, sandbox } = program;
    await page.goto(url);
    await expectAccessibleEverywhere(page);

    await page.getByRole('link', { name: 'New plan' }).first().click();
    // Before that, a chosen file waits for the button.
    await page.locator('html.scripted').waitFor();
    await page.setInputFiles('#file', csv(NAME, BAD_PLAN));
    const errors = page.locator('#errors tbody tr');
    await errors.first().waitFor();
    expect(await errors.count()).toBe(2);
    expect(await errors.first().textContent()).toMatch(/3.*area_code.*41/s);
    expect(await page.locator('#fault').textContent()).toMatch(
      /^\s*autumn-rollout\.csv: 2 errors on 2 lines\. Nothing was/,
    );
    await expectAccessibleEverywhere(page);
    await shoot(page, 'new-plan');
    const faulty = rowsOf(await download(page, /^Download your plan with a fault column/));
    expect(faulty.filter(({ fault }) => fault !== '')).toHaveLength(2);

    // Mended, with the column `fault` left in.
    const mended = faulty.map(({ fault: _, ...row }, at) => ({
      ...row,
      ...(at === 1 ? { area_code: '415' } : {}),
      ...(at === 2 ? { quantity: '26' } : {}),
      fault: faulty[at]!.fault!.replaceAll('"', ''),
    }));
    const head = Object.keys(mended[0]!).join(',');
    const body = mended.map((row) =>
      Object.values(row)
        .map((cell) => `"${cell}"`)
        .join(','),
    );
    await page.setInputFiles('#file', csv(NAME, [head, ...body, ''].join('\n')));
    const start = page.getByRole('button', { name: /^\W*sandbox\W+Start/i });
    await start.waitFor();
    expect(await start.textContent()).toMatch(
      new RegExp(`Start: pretend to buy ${REQUESTED} numbers\\s*on account sandbox`),
    );
    await expectAccessibleEverywhere(page);
    expect(sandbox.books().lastId).toBe(0);

    // An order that buys, and then fails.
    sandbox.next('error_after');
    await start.click();
    await page.getByText('Running', { exact: true }).waitFor();
    await until(() => sandbox.books().lastId >= 10, { what: 'it is under way' });
    await page.locator('[data-part="files"] >> text=/^\\d+ rows, one/').waitFor();
    await page.locator('.sum a[href*="missing"]').waitFor();
    await shoot(page, 'plan');
    // Without a reload, the page shows that the plan has ended.
    await page.getByText('Some unknown').first().waitFor();
    await expectAccessibleEverywhere(page);

    const { requests } = sandbox.books();
    const lost = requests.find(({ fault }) => fault === 'error_after')!;
    // On a busy machine any order may be the first to arrive.
    const sold = lost.sold.length;
    expect(sold).toBeGreaterThan(0);
    const unknown = rowsOf(await download(page, 'unknown.csv'));
    expect(unknown).toMatchObject([{ area_code: lost.search, quantity: String(lost.quantity) }]);
    expect(Date.parse(unknown[0]!.sent_at!)).toBeLessThanOrEqual(lost.at);
    await page.getByRole('link', { name: 'Settle 1 order' }).first().click();
    await page.getByText(`It very likely bought these ${sold}`).waitFor();
    const bought = page.locator('form[action$="/bought"]');
    if (!(await bought.isVisible())) await page.getByText('It bought numbers').click();
    await expectAccessibleEverywhere(page);
    await shoot(page, 'unknown');
    // The numbers are picked and the evidence is the reason, even where it came while the page was
    // open. A person who agrees only has to sign.
    expect(await bought.getByLabel('Why are you sure?').inputValue()).toMatch(/list/);
    await bought.getByLabel('Your name').fill('Ada');
    await bought.getByRole('button', { name: `Record ${sold} as bought` }).click();
    await page.getByText(/Ada/).first().waitFor();

    await page.goto(`${url}/plans/1`);
    await page.getByText('Finished, some missing').first().waitFor();
    const numbers = rowsOf(await download(page, 'numbers.csv'));
    expect(numbers.map(({ number }) => number).sort()).toEqual(
      requests.flatMap(({ sold }) => sold).sort(),
    );
    expect(numbers.length).toBe(REQUESTED - 18);
    const lines = rowsOf(await download(page, 'lines.csv'));
    const soldFor = (search: string) =>
      requests.filter((each) => each.search === search).flatMap(({ sold }) => sold).length;
    expect(lines.map(({ area_code, bought }) => [area_code, bought])).toEqual(
      rowsOf(PLAN).map(({ area_code }) => [area_code, String(soldFor(area_code || 'tollfree'))]),
    );
    expect(lines.map(({ requested, unknown, pending }) => [requested, unknown, pending])).toEqual(
      rowsOf(PLAN).map(({ quantity }) => [quantity, '0', '0']),
    );
    expect(rowsOf(await download(page, 'unknown.csv'))).toEqual([]);
    const remainder = rowsOf(await download(page, 'remainder.csv'));
    expect(remainder.map(({ area_code, quantity }) => [area_code, quantity])).toEqual([
      ['907', '8'],
      ['808', '10'],
    ]);
    expect(JSON.parse(await download(page, 'summary.json'))).toMatchObject({
      totals: { unknown: 0 },
    });

    await page.getByRole('link', { name: 'Accounts' }).click();
    await page.waitForURL('**/accounts');
    // The script makes the slider set the number beside it.
    await page.locator('html.scripted').waitFor();
    await page
      .getByLabel(/orders a second/i)
      .last()
      .fill('9');
    await page.getByRole('button', { name: /^Set/ }).click();
    await page.getByText(/Pace set to 9 by/).waitFor();
    await expectAccessibleEverywhere(page);
    await shoot(page, 'account');
    await page.goto(url);
    await page.getByText(NAME).waitFor();
    await expectAccessibleEverywhere(page);
    await shoot(page, 'plans');
    expect(page.complaints).toEqual([]);
  });

  test('drops a file, and sees how far it has come', async () => {
    const { url } = program;
    await page.goto(`${url}/plans/new`);
    await page.locator('html.scripted').waitFor();
    // So slow that the progress can be seen.
    const network = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 500_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    const skipped = `646,0,${'x'.repeat(90)}\n`.repeat(10_000);
    const rows = `area_code,quantity,note\n646,5,first\n${skipped}`;
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([${JSON.stringify(rows)}], 'dropped.csv'));
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.getElementById('drop').dispatchEvent(drop);
    }`);
    await page.getByText(/^0\.\d MB of 1\.0 MB sent$/).waitFor();
    expect(Number(await page.locator('#progress progress').getAttribute('value'))).toBeGreaterThan(
      0,
    );
    await network.detach();
    await page.getByRole('heading', { name: 'dropped.csv' }).waitFor();
    await page.getByText('10,000 warnings').waitFor();
    expect(page.complaints).toEqual([]);
  });

  test('says when the connection is lost, and goes on when it is back', async () => {
    const { url } = program;
    const live = page.getByText('Updates are live');
    await page.goto(`${url}/accounts`);
    await live.waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().setOffline(true);
    await page.getByText(/^Updates stopped at \d\d:\d\d:\d\d\.$/).waitFor();
    await page.locator('body.stale').waitFor();
    await page.context().setOffline(false);
    await live.waitFor();
    await page.locator('body.stale').waitFor({ state: 'detached' });
    expect(await page.getByText('Updates stopped').count()).toBe(0);
    expect(page.complaints.filter((each) => !each.includes('INTERNET_DISCONNECTED'))).toEqual([]);
  });

  test('reads the other pages on a phone and in the dark as well', async () => {
    const { url } = program;
    for (const path of ['/api', '/nothing-here', '/accounts/sandbox']) {
      await page.goto(`${url}${path}`);
      await expectAccessibleEverywhere(page);
    }
    await page.goto(`${url}/plans/new`);
    await page.locator('html.scripted').waitFor();
    const twice = csv('twice.csv', 'area_code,quantity\n646,7\n');
    await page.setInputFiles('#file', twice);
    await page.getByRole('heading', { name: 'twice.csv' }).waitFor();
    await page.goto(`${url}/plans/new`);
    await page.locator('html.scripted').waitFor();
    await page.setInputFiles('#file', twice);
    await page.getByText('This file was submitted before.').waitFor();
    await expectAccessibleEverywhere(page);
  });

  test('needs no scripts to upload a plan and start it', async () => {
    const { url, sandbox } = program;
    const before = sandbox.books().lastId;
    const page = await open({ javaScriptEnabled: false });
    await page.goto(`${url}/plans/new`);
    await page.setInputFiles(
      '#file',
      csv('<script>alert(1)</script>.csv', 'area_code,quantity\n646,5\n'),
    );
    await page.getByRole('button', { name: 'Upload and check' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      '<script>alert(1)</script>.csv',
    );
    await page.getByRole('button', { name: /Start: pretend to buy 5 numbers/ }).click();
    await until(() => sandbox.books().lastId > before, { what: 'it is bought' });
    const done = until(
      async () => {
        await page.reload();
        return (await page.getByText('All bought').count()) > 0;
      },
      { what: 'the page says so', everyMs: 300 },
    );
    await done;
    expect(sandbox.books().lastId).toBe(before + 1);
    expect(page.complaints).toEqual([]);
  });
});
