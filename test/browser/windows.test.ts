import { beforeAll, expect, test } from 'vitest';
import { steerPlan } from '../../src/ledger/index.ts';
import { newPlan, type SmallPlan } from '../support/plans.ts';
import { until } from '../support/until.ts';
import { openSite, siteOfFile } from '../web/site.ts';
import { describeInBrowser } from './browser.ts';

describeInBrowser('windows of one browser', (open) => {
  const { given, site } = siteOfFile();
  let plan: SmallPlan;
  beforeAll(async () => {
    plan = await newPlan(given.ledger, { account: given.account });
  });

  test('share one stream, so that nine of them answer and are up to date', async () => {
    const first = await open();
    const pages = [
      first,
      ...(await Promise.all(Array.from({ length: 8 }, () => first.context().newPage()))),
    ];
    let streams = 0;
    for (const page of pages)
      page.on('request', (request) => {
        if (request.url().endsWith('/events')) streams += 1;
      });
    for (const page of pages) await page.goto(`${site.url}/plans/${plan.id}`);
    for (const page of pages) await page.getByText('Updates are live').waitFor();
    expect(streams).toBe(1);
    await steerPlan(given.ledger, plan.id, 'pause', { who: 'Grace' });
    for (const page of pages) await page.getByText('Paused by Grace.').first().waitFor();
    // When the window that has the stream is closed, another takes over.
    await first.close();
    await until(() => streams === 2, { what: 'another window has the stream' });
  });

  test('keep a form while the server is away, and say that nothing was sent', async () => {
    const page = await open();
    const own = await openSite(given);
    await page.goto(`${own.url}/plans/${plan.id}`);
    await page.getByText('Cancel…').click();
    await page.locator('#cancel [name="why"]').fill('enough');
    await own.close();
    await page.getByRole('button', { name: 'Cancel the rest of this plan' }).click();
    await page.getByText('The server cannot be reached. Nothing was sent.').waitFor();
    expect(await page.locator('#cancel [name="why"]').inputValue()).toBe('enough');
  });

  test('do not say of a file that was sent whole that it was not stored', async () => {
    const page = await open();
    const { transaction } = given.ledger;
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    given.ledger.transaction = (work) => stored.then(() => transaction(work));
    await page.goto(`${site.url}/plans/new`);
    await page.locator('html.scripted').waitFor();
    const buffer = Buffer.from('area_code,quantity\n212,1\n');
    await page.setInputFiles('#file', { name: 'a.csv', mimeType: 'text/csv', buffer });
    await page.getByText('All sent. Checking every line…').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The upload was stopped. All of the file had been sent').waitFor();
    given.ledger.transaction = transaction;
    store();
  });
});
