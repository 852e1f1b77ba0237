import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { describeInBrowser } from './browser.ts';
import { startUp } from './program.ts';

const ORDERS = 40;

describeInBrowser("Bull Board's buttons", (open) => {
  test('retry what is bought and empty the queue, and every order is bought once', {
    timeout: 90_000,
  }, async () => {
    // So slow that most of it still waits, however long the pages take.
    const { url, sandbox } = await startUp({}, { RATE: '1' });
    const headers = { 'content-type': 'text/csv' };
    const body = `area_code,quantity\n212,${ORDERS * 25}\n`;
    await fetch(`${url}/api/plans?name=board.csv`, { method: 'POST', body, headers });
    await fetch(`${url}/api/plans/1/start`, { method: 'POST' });
    const page = await open();
    const board = `${url}/queues/queue/orders-sandbox`;
    const confirm = () => page.getByRole('button', { name: 'Confirm' }).click();

    await until(() => sandbox.books().lastId >= 2, { what: 'some are bought' });
    await page.goto(`${board}?status=completed`);
    await page.getByText('212 × 25').first().waitFor();
    await page.getByRole('button', { name: 'Retry all' }).click();
    await confirm();
    await page.goto(`${board}?status=prioritized`);
    await page.getByText('212 × 25').first().waitFor();
    await page.locator('[aria-haspopup="menu"]').last().click();
    await page.getByRole('menuitem', { name: 'Empty' }).click();
    const emptied = page.waitForResponse((each) => each.request().method() === 'PUT');
    await confirm();
    expect((await emptied).ok()).toBe(true);
    await fetch(`${url}/api/accounts/sandbox`, {
      method: 'PATCH',
      body: JSON.stringify({ rate: 100 }),
      headers: { 'content-type': 'application/json' },
    });
    await page.getByText('212 × 25').first().waitFor({ state: 'detached' });

    const plan = async () =>
      (await (await fetch(`${url}/api/plans/1`)).json()) as Record<string, unknown>;
    await until(async () => (await plan()).state === 'finished', {
      what: 'all is bought',
      withinMs: 60_000,
    });
    expect(await plan()).toMatchObject({ bought: ORDERS * 25, unknown: 0 });
    const { lastId, soldTwice, sold } = sandbox.books();
    expect({ lastId, soldTwice, sold }).toEqual({
      lastId: ORDERS,
      soldTwice: 0,
      sold: ORDERS * 25,
    });
    await page.goto(`${board}?status=completed`);
    const link = page.getByRole('link', { name: 'Plan 1' }).first();
    expect(await link.getAttribute('href')).toBe('/plans/1');
    // Its fonts lie elsewhere, and are not fetched from there.
    expect(page.complaints.filter((each) => !each.includes('fonts.googleapis.com'))).toEqual([]);
  });
});
