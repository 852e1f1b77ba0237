import type { Route } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ensureAccount, findPlan, steerPlan } from '../../src/ledger/index.ts';
import { linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { claimOne, sendOne } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { ledgerOfFile, openSite, siteOfFile } from '../web/site.ts';
import { describeInBrowser, type Reader } from './browser.ts';

describeInBrowser('windows of one browser', (open) => {
  const { given, site } = siteOfFile();
  const real = ledgerOfFile();
  let plan: SmallPlan;
  let page: Reader;
  beforeAll(async () => {
    plan = await newPlan(given.ledger, { account: given.account });
    page = await open();
  });

  // A browser has six connections for all that it asks of one server.
  test('share one stream, so that seven of them answer and are up to date', async () => {
    const first = await open();
    const pages = [
      first,
      ...(await Promise.all(Array.from({ length: 6 }, () => first.context().newPage()))),
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
    const own = await openSite(given);
    await page.goto(`${own.url}/plans/${plan.id}`);
    await page.getByText('Cancel…').click();
    await page.locator('#cancel [name="why"]').fill('enough');
    await own.close();
    await page.getByRole('button', { name: 'Cancel the rest of this plan' }).click();
    await page.getByText('The server cannot be reached. Nothing was sent.').waitFor();
    expect(await page.locator('#cancel [name="why"]').inputValue()).toBe('enough');
  });

  test('leave the place to another plan when the server comes back with its number', async () => {
    const old = await openSite(given);
    const shown = { account: given.account, name: 'practice.csv', lines: linesOf(10) };
    const { id } = await newPlan(given.ledger, { ...shown, started: false });
    await page.goto(`${old.url}/plans/${id}`);
    const button = page.locator('#start-button');
    expect(await button.textContent()).toContain('pretend to buy 10 numbers');
    await old.close();
    const account = await ensureAccount(real.ledger, { name: 'main', mode: 'live', rate: 4 });
    const other = { account, name: 'real.csv', lines: linesOf(50_000), started: false };
    for (let made = 0; made < id; ) made = (await newPlan(real.ledger, other)).id;
    await openSite(real, { port: Number(new URL(old.url).port) });
    await page.getByRole('heading', { name: 'real.csv' }).waitFor();
    expect(await button.textContent()).toContain('Start: buy 50,000 numbers');
    expect(await findPlan(real.ledger, id)).toMatchObject({ state: 'ready' });
  });

  test('ask again for news that came while they asked', async () => {
    const page = await open();
    // From here on the page waits only as long as the test says.
    await page.clock.install();
    const own = await newPlan(given.ledger, { account: given.account });
    await page.goto(`${site.url}/plans/${own.id}`);
    await page.getByText('Updates are live').waitFor();
    await page.clock.pauseAt(Date.now() + 60_000);
    const events = await page.locator('body').getAttribute('data-events');
    const news = await page.evaluateHandle((name) => {
      const heard = { times: 0 };
      new BroadcastChannel(name).onmessage = () => heard.times++;
      return heard;
    }, `bulk-order ${events}`);
    let loads = 0;
    page.on('request', (request) => {
      if (request.url() === page.url()) loads += 1;
    });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const hold = async (route: Route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/<title>.*?<\/title>/s, '<title>old</title>');
      await released;
      await route.fulfill({ response, body });
    };
    await page.route(page.url(), hold, { times: 1 });
    const pass = () => page.clock.runFor(1_000).then(() => loads);
    await until(async () => (await pass()) === 1, { what: 'it loads' });
    const before = await news.evaluate(({ times }) => times);
    await steerPlan(given.ledger, own.id, 'pause', { who: 'Grace' });
    await until(() => news.evaluate(({ times }, n) => times > n, before), { what: 'it is told' });
    release();
    await until(async () => (await page.title()) === 'old', { what: 'the old page is taken over' });
    // Without news it would not load for 30 s.
    for (let seconds = 0; seconds < 20 && loads < 2; seconds++) await pass();
    expect(loads).toBe(2);
    await page.getByText('Paused by Grace.').first().waitFor();
  });

  test('keep the words of a form that is open, and it does no more than they say', async () => {
    const half = await newPlan(given.ledger, { account: given.account, lines: linesOf(5, 25) });
    const [first, second] = half.orders;
    await sendOne(given.ledger, half, 'refused', {}, first);
    await page.goto(`${site.url}/plans/${half.id}`);
    await page.getByText('Retry 5 numbers…').click();
    await page.locator('#retry [name="by"]').fill('Ada');
    await sendOne(given.ledger, half, 'refused', {}, second);
    await page.locator('#progress-card').getByText('30 refused').waitFor();
    await page.getByRole('button', { name: 'Send these orders again' }).click();
    await page.getByText('other orders would be sent again').waitFor();
    await page.getByText('Retry 30 numbers…').waitFor();
    expect(await findPlan(given.ledger, half.id)).toMatchObject({ refused: 30 });
  });

  test('keep the counts of an open form up to date, whatever buttons come beside it', async () => {
    const plan = await newPlan(given.ledger, { account: given.account, lines: linesOf(5, 7, 25) });
    const [first, second, third] = plan.orders;
    await page.goto(`${site.url}/plans/${plan.id}`);
    await page.getByText('Cancel…').click();
    await page.getByText(/^37 numbers will not be bought\./).waitFor();
    await claimOne(given.ledger, plan, third);
    await page.getByText(/^1 order on its way will still finish\. Up to 37 numbers/).waitFor();
    await sendOne(given.ledger, plan, 'refused', {}, first);
    await page.getByText('Up to 32 numbers will not be bought.').waitFor();
    await sendOne(given.ledger, plan, 'refused', {}, second);
    await page.getByText('Up to 25 numbers will not be bought.').waitFor();
    await page.locator('#cancel [name="by"]').fill('Ada');
    await page.locator('#cancel [name="why"]').fill('enough');
    await page.getByRole('button', { name: 'Cancel the rest of this plan' }).click();
    await page.getByText(/1 order on its way may still finish\. Up to 25 numbers/).waitFor();
  });

  test('do not say of a file that was sent whole that it was not stored', async () => {
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
