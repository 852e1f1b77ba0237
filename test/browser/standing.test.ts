import { expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { ladderPlan, sellEach } from '../support/ladder-plan.ts';
import { siteOfFile } from '../web/site.ts';
import { describeInBrowser, expectAccessibleEverywhere } from './browser.ts';

describeInBrowser('a standing plan', (open) => {
  const { given, site } = siteOfFile();

  test('shows where its numbers came from, to everyone, and is closed', async () => {
    const wishes = { account: given.account, keepTrying: '3d', quantities: [20] };
    const plan = await ladderPlan(given.ledger, wishes);
    for (const sold of [[12], [3], [2]]) await sellEach(given.ledger, plan, ...sold);
    const page = await open();
    await page.goto(`${site.url}/plans/${plan.id}`);
    await page.getByText('12 exact, 3 in 332, 2 in 646').waitFor();
    const row = page.locator('#regions-table tbody tr');
    expect(await row.textContent()).toMatch(/New York 212 332 646\s+12\s*5\s*3/);
    await expectAccessibleEverywhere(page);
    await page.getByText('Stop trying…').click();
    await page.locator('#close').getByLabel('Reason').fill('enough');
    await expectAccessibleEverywhere(page);
    await page.getByRole('button', { name: 'Stop trying these lines' }).click();
    await page.getByText('What is lacking stays missing.').first().waitFor();
    expect((await findPlan(given.ledger, plan.id)).state).toBe('finished');
    expect(page.complaints).toEqual([]);
  });
});
