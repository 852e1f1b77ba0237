import { beforeAll, expect, test } from 'vitest';
import { setThreshold } from '../../src/ledger/index.ts';
import { as, nameOf, PASSWORD, siteWith, usersFile } from '../web/people.ts';
import { ledgerOfFile, newCsv, post, type Site, send } from '../web/site.ts';
import { describeInBrowser, expectAccessibleEverywhere, type Reader } from './browser.ts';

const given = ledgerOfFile();
let site: Site;
let users: { latest: ReturnType<typeof usersFile> };
let plan: string;
beforeAll(async () => {
  ({ site, users } = await siteWith(given));
  const { id } = (await send(site, '/api/plans', newCsv(), as('submit'))).json;
  await post(site, `/api/plans/${id}/start`, undefined, as('submit'));
  plan = `${site.url}/plans/${id}`;
});

async function signIn(page: Reader, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describeInBrowser('a person in a browser', (open) => {
  let page: Reader;
  beforeAll(async () => {
    page = await open();
  });

  test('signs in on the way to a page, sees who they are, and signs out', async () => {
    await page.goto(plan);
    expect(page.url()).toContain('/sign-in?to=');
    await expectAccessibleEverywhere(page);
    await signIn(page, nameOf('submit'));
    await page.waitForURL(plan);
    expect(await page.locator('#who').textContent()).toMatch(/submit-person submit/);
    await page.getByText('Pause…').click();
    await page.locator('#pause').getByLabel('Why').fill('lunch');
    await page.getByRole('button', { name: 'Pause this plan' }).click();
    await page.getByText('Paused by submit-person').first().waitFor();
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${site.url}/sign-in`);
    await page.goto(plan);
    expect(page.url()).toContain('/sign-in?to=');
    expect(page.complaints).toEqual([]);
  });

  test('starts what another person says yes to', async () => {
    const threshold = { aboveNumbers: 20, aboveMoney: null, currency: null, hours: 72 };
    await setThreshold(given.ledger, 'sandbox', threshold, { who: 'ACCOUNTS_FILE' });
    const { id } = (await send(site, '/api/plans', newCsv('212,21'), as('submit'))).json;
    const url = `${site.url}/plans/${id}`;
    const bob = page;
    await bob.goto(url);
    await signIn(bob, nameOf('submit'));
    await bob.getByRole('button', { name: /Start: pretend to buy/ }).click();
    await bob.getByText('asked for by submit-person').waitFor();
    await expectAccessibleEverywhere(bob);
    expect(await bob.getByText('Approve…').count()).toBe(0);
    const grace = await open();
    await grace.goto(site.url);
    await signIn(grace, nameOf('approve'));
    await grace.getByRole('link', { name: 'Approvals' }).click();
    await grace.getByText('Approve…').click();
    await expectAccessibleEverywhere(grace);
    await grace.getByRole('button', { name: 'Approve it' }).click();
    await grace.waitForURL(url);
    await grace.getByText('approve-person approved it').first().waitFor();
    await expectAccessibleEverywhere(grace);
    // Without a reload: the page hears of it.
    await bob.getByText('approve-person approved it').first().waitFor();
    await bob.getByRole('button', { name: /Start: pretend to buy/ }).click();
    await bob.getByText('Started by submit-person').first().waitFor();
    expect([...bob.complaints, ...grace.complaints]).toEqual([]);
  });

  test('who only looks meets no button, also without scripts', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(plan);
    await signIn(page, nameOf('view'));
    await page.waitForURL(plan);
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Sign out']);
    expect(await page.getByRole('link', { name: 'New plan' }).count()).toBe(0);
  });

  test('is led back to sign in when the session ends while a page is open', async () => {
    const page = await open();
    await page.goto(`${site.url}/accounts`);
    await signIn(page, nameOf('approve'));
    await page.waitForURL(`${site.url}/accounts`);
    const { users: all, ...rest } = usersFile();
    users.latest = { ...rest, users: all.filter(({ name }) => name !== nameOf('approve')) };
    await page.waitForURL(/\/sign-in\?to=%2Faccounts/);
    users.latest = usersFile();
  });
});
