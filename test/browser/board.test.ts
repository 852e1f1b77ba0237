import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { describeInBrowser } from './browser.ts';
import { startUp } from './program.ts';

const ORDERS = 120;

/** The menus of the queue and of a job have no button that the server would refuse. */
async function expectOnlyWhatIsGranted(page: Page): Promise<void> {
  await page.locator('[aria-haspopup="menu"]').last().click();
  const items = page.getByRole('menuitem');
  await items.first().waitFor();
  expect(await items.allInnerTexts()).toEqual(['Pause', 'Empty', 'Obliterate']);
  await page.keyboard.press('Escape');
  const ofJob = page.locator('[class*="jobActions"]').first().getByRole('button');
  const granted = ['Change priority', 'Clean'];
  expect(await ofJob.count()).toBe(granted.length);
  for (const [at, name] of granted.entries()) {
    const shown = async () => {
      // The list moves under the pointer whenever an order leaves it.
      await ofJob.nth(at).hover();
      return page.getByText(name, { exact: true }).isVisible();
    };
    await until(shown, { what: `the button says ${name}` });
  }
  await page.getByRole('button', { name: 'Queue info' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Global concurrency').waitFor();
  // The pencil beside it would have no name.
  expect(await dialog.getByRole('button').allInnerTexts()).not.toContain('');
  await page.keyboard.press('Escape');
}

describeInBrowser("Bull Board's buttons", (open) => {
  test('pause, resume, retry, empty and clean, and every order is bought once', async () => {
    // So slow that most orders still wait, however long the pages take.
    const { url, sandbox } = await startUp({}, { RATE: '1' });
    const headers = { 'content-type': 'text/csv' };
    const body = `area_code,quantity\n212,${ORDERS * 25}\n`;
    await fetch(`${url}/api/plans?name=board.csv`, { method: 'POST', body, headers });
    await fetch(`${url}/api/plans/1/start`, { method: 'POST' });
    const page = await open();
    const board = `${url}/queues/queue/orders-sandbox`;
    const confirm = () => page.getByRole('button', { name: 'Confirm' }).click();

    await until(() => sandbox.books().lastId >= 2, { what: 'some are bought' });
    const confirmed = async () => {
      const pressed = page.waitForResponse((each) => each.request().method() === 'PUT');
      await confirm();
      expect((await pressed).ok()).toBe(true);
    };
    const pressInMenu = async (name: string) => {
      await page.locator('[aria-haspopup="menu"]').last().click();
      await page.getByRole('menuitem', { name }).click();
      await confirmed();
    };
    await page.goto(`${board}?status=completed`);
    await page.getByText('212 × 25').first().waitFor();
    await pressInMenu('Pause');
    await pressInMenu('Resume');
    await page.getByRole('button', { name: 'Retry all' }).click();
    await confirmed();
    await page.goto(`${board}?status=prioritized`);
    await page.getByText('212 × 25').first().waitFor();
    await expectOnlyWhatIsGranted(page);
    await pressInMenu('Empty');
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
    });
    expect(await plan()).toMatchObject({ bought: ORDERS * 25, unknown: 0 });
    const { lastId, soldTwice, sold } = sandbox.books();
    expect({ lastId, soldTwice, sold }).toEqual({
      lastId: ORDERS,
      soldTwice: 0,
      sold: ORDERS * 25,
    });
    await page.goto(`${board}?status=completed`);
    const [planPage] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Plan 1' }).first().click(),
    ]);
    await planPage.getByRole('heading', { name: 'board.csv' }).waitFor();
    await planPage.close();
    const link = page.getByRole('link', { name: 'Plan 1' }).first();
    expect(await link.getAttribute('href')).toBe('/plans/1');
    await page.getByRole('button', { name: 'Clean all' }).click();
    await confirmed();
    expect(await plan()).toMatchObject({ state: 'finished', bought: ORDERS * 25 });
    expect(page.complaints).toEqual([]);
  });
});
