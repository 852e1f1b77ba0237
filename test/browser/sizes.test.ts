import { beforeAll, expect, test } from 'vitest';
import { recordAnswers, settleOrder } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { ladderPlan, sellEach } from '../support/ladder-plan.ts';
import { line, newAccount } from '../support/plans.ts';
import { answerTo, claim, newNumbers } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { judgedOrders } from '../web/judged-orders.ts';
import { namedPlan, type Scene, setScene } from '../web/pages-scene.ts';
import { siteOfFile } from '../web/site.ts';
import { describeInBrowser, expectAccessibleEverywhere, type Reader } from './browser.ts';

const sizeOf = (page: Reader) =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number; scrollHeight: number } };
    };
    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
    return { width, height };
  });

describeInBrowser('a page', (open) => {
  const { given, site } = siteOfFile();
  let scene: Scene;
  let page: Reader;
  beforeAll(async () => {
    scene = await setScene(given.ledger);
    page = await open();
  });
  const resize = (width: number) => page.setViewportSize({ width, height: 820 });
  const goTo = async (width: number, path: string) => {
    await resize(width);
    await page.goto(site.url + path);
  };
  const widthAt = async (width: number) => {
    await resize(width);
    return (await sizeOf(page)).width;
  };

  test('of a running plan, with fifty lines, is at most 4,000 px long on a phone', async () => {
    await goTo(390, `/plans/${scene.running.id}`);
    expect(await page.locator('#lines-table tbody tr').count()).toBe(50);
    const { width, height } = await sizeOf(page);
    expect(width).toBe(390);
    expect(height).toBeLessThanOrEqual(4_000);
  });

  test('of ten unknown orders that are not alike fits in 1,500 px, all folded', async () => {
    const account = await newAccount(given.ledger, 2);
    const lines = Array.from({ length: 10 }, (_, n) => line({ line: n + 2, quantity: n + 1 }));
    const plan = await namedPlan(given.ledger, { name: 'Ten', account, lines });
    const body = '<html><body>Bad gateway'.repeat(30);
    for (const order of await claim(given.ledger, plan))
      await recordAnswers(given.ledger, account.id, [answerTo(order, 'unknown', { body })]);
    await goTo(1280, `/unknown?plan=${plan.id}`);
    expect(await page.locator('article.case:visible').count()).toBe(10);
    expect((await sizeOf(page)).height).toBeLessThanOrEqual(1_500);
    await page.getByText('What was sent and came back').first().click();
    expect(await page.getByText('Bad gateway').first().isVisible()).toBe(true);
    await expectAccessibleEverywhere(page);
  });

  test('of the API has no table that is wider than a phone', async () => {
    await goTo(390, '/api');
    const wide = await page
      .locator('.scroll')
      .evaluateAll((all) =>
        (all as unknown as { scrollWidth: number; clientWidth: number }[]).filter(
          ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
        ),
      );
    expect(await page.locator('.scroll').count()).toBeGreaterThan(20);
    expect(wide).toHaveLength(0);
  });

  test('with a long name without blanks is as wide as the window', async () => {
    const name = 'x'.repeat(190);
    const lines = [line()];
    const { id } = await namedPlan(given.ledger, { name, account: scene.main, lines });
    for (const path of ['/', `/plans/${id}`, '/unknown', '/accounts']) {
      await goTo(1280, path);
      for (const width of [1280, 390])
        expect(await widthAt(width), `${path} at ${width}`).toBe(width);
    }
  });

  test('is no wider than a phone of 375 or 320 px, with all opened', async () => {
    const { ledger, account } = given;
    const standing = await ladderPlan(ledger, { account, keepTrying: '3d', quantities: [20] });
    for (const sold of [[12], [3], [2]]) await sellEach(ledger, standing, ...sold);
    const { orders } = await judgedOrders(ledger, null);
    await settleOrder(ledger, orders[0].id, NOTHING, BY, ANYHOW);
    const { ready, running, done, cancelled, stopped } = scene;
    const plans = [standing, ready, running, done, cancelled, stopped].map(
      ({ id }) => `plans/${id}`,
    );
    const others = [
      '',
      'unknown',
      'unknown/accept',
      'unknown/open',
      'accounts',
      'approvals',
      'api',
    ];
    const wide: string[] = [];
    const look = async (state: string, path: string) => {
      for (const width of [375, 320]) {
        const found = await widthAt(width);
        if (found > width) wide.push(`/${path} at ${width}, ${state}: ${found}`);
      }
    };
    for (const path of [...plans, ...others]) {
      await goTo(375, `/${path}`);
      await look('folded', path);
      await page.locator('details').evaluateAll((all) => {
        for (const each of all as unknown as { open: boolean }[]) each.open = true;
      });
      await look('opened', path);
    }
    expect(wide).toEqual([]);
  });

  test('of clear verdicts, and of what is open, is readable by all at any width', async () => {
    const numbers = newNumbers(10);
    const verdict = { isClear: true, numbers, why: 'The list shows it.' };
    await judgedOrders(
      given.ledger,
      { ...verdict, finding: 'bought' },
      { ...verdict, finding: 'nothing', numbers: [] },
      { ...verdict, finding: 'open', isClear: false },
    );
    for (const path of ['/unknown/accept', '/unknown/open']) {
      await goTo(1280, path);
      await expectAccessibleEverywhere(page);
      for (const width of [1280, 390])
        expect(await widthAt(width), `${path} at ${width}`).toBe(width);
    }
  });

  test('of a standing plan is readable by all, and its tries are ended on it', async () => {
    const wishes = { account: given.account, keepTrying: '3d', quantities: [20] };
    const plan = await ladderPlan(given.ledger, wishes);
    for (const sold of [[12], [3], [2]]) await sellEach(given.ledger, plan, ...sold);
    await goTo(1280, `/plans/${plan.id}`);
    await expectAccessibleEverywhere(page);
    await page.getByText('Stop trying…').click();
    await page.locator('#close').getByLabel('Why').fill('enough');
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'Stop trying these lines' }).click();
    await page.getByText('What is lacking stays missing.').first().waitFor();
    expect(page.complaints).toEqual([]);
  });
});
