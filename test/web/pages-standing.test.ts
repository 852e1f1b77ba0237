import { beforeAll, describe, expect, test } from 'vitest';
import { findPlan, planEvents } from '../../src/ledger/index.ts';
import { ladderPlan, makeDue, sellEach, sendWaiting, step } from '../support/ladder-plan.ts';
import { sql } from '../support/ledger.ts';
import { newAccount, newPlan, newSha256, type SmallPlan } from '../support/plans.ts';
import { formOn, press, read, words } from './pages-forms.ts';
import { ask, hear, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();
let plan: SmallPlan;
const page = () => read(site, `/plans/${plan.id}`);

/** 20 numbers in 212: 12 are there, 3 in 332 and 2 toll-free; 10 more are all there. */
beforeAll(async () => {
  const tollfree = { areaCode: null, type: 'tollfree', name: 'tollfree' } as const;
  const steps = [step(1, '332'), step(2, '', tollfree)];
  const wishes = { account: given.account, steps, keepTrying: '3d', quantities: [20, 10] };
  plan = await ladderPlan(given.ledger, wishes);
  for (const sold of [[12, 10], [3], [2]]) await sellEach(given.ledger, plan, ...sold);
});

test('the page of a ready plan names one of its file that stands with nothing bought', async () => {
  const sha256 = newSha256();
  const wishes = { account: given.account, sha256, steps: [], keepTrying: '3d' };
  const standing = await ladderPlan(given.ledger, wishes);
  await sellEach(given.ledger, standing, 0);
  const account = await newAccount(given.ledger);
  const { id } = await newPlan(given.ledger, { account, sha256, started: false });
  expect(await read(site, `/plans/${id}`)).toContain(`Plan ${standing.id} on`);
});

describe('the page of a standing plan', () => {
  test('tells exact numbers from substituted ones, in all and by line', async () => {
    const text = await page();
    expect(text).toContain('Bought 27 90.0 %: 22 exact, 5 substituted');
    expect(text).toContain('3 missing. 12 exact, 3 in 332, 2 toll-free.');
    const { text: source } = await ask(site, `/plans/${plan.id}`);
    expect(source).toContain('aria-label="22 exact, 5 substituted, 3 missing"');
  });

  test('sums up by region what was bought, what substituted, missing and open', async () => {
    const text = await page();
    expect(text).toContain('Region Exact Substituted Missing Open New York');
    expect(text).toContain('New York 212 332 22 3 3 0 ');
    expect(text).toContain('Toll-free 0 2 0 0');
  });

  test('fills the bar of a region that has all its numbers, however few they are', async () => {
    const { text: source } = await ask(site, `/plans/${plan.id}`);
    const bar = /<tr>\s*<th[^>]*>Toll-free .*?<\/tr>/s.exec(source)?.[0];
    expect(bar).toMatch(/class="s-substituted" x="0%" width="100%"/);
    expect(bar).toMatch(/class="s-pending" x="100%" width="0%"/);
  });

  test('says when the next try is and when the last of them ends', async () => {
    const text = await page();
    expect(text).toMatch(/Standing plan \d+/);
    // In the last hour of a day, the next try is tomorrow.
    expect(text).toMatch(
      /1 line waits for its next try, (today|\d+ \w+) [\d:]+ \. It is tried again until \d+ \w+ /,
    );
    expect(text).toMatch(/Time left waits next try (today|\d+ \w+) \d\d:\d\d/);
    expect(text).toContain('remainder.csv 0 numbers missing so far');
    expect(await read(site, '/')).toContain('waits until its next try');
  });

  test('says that it tries again while it does', async () => {
    await makeDue(given.ledger, plan);
    const [order] = await sendWaiting(given.ledger, plan);
    expect(order).toMatchObject({ quantity: 3, areaCode: '212' });
    await hear(site);
    const text = await page();
    expect(text).toMatch(/Trying again plan \d+/);
    expect(text).toContain('Time left waits for the vendor’s answer');
    expect(await read(site, '/')).toContain('waits for the vendor’s answer');
  });
});

describe('the tries of a plan', () => {
  beforeAll(async () => {
    const wishes = { account: given.account, steps: [], keepTrying: '3d', quantities: [4] };
    plan = await ladderPlan(given.ledger, wishes);
    await sellEach(given.ledger, plan, 1);
  });
  let shown: Record<string, string>;
  const close = (fields: Record<string, string>) =>
    press(site, `/plans/${plan.id}/close`, { ...shown, ...fields });

  test('are ended by a named person', async () => {
    expect(await page()).toContain('Stop trying… 1 line waits for its next try.');
    shown = await formOn(site, `/plans/${plan.id}`, `/plans/${plan.id}/close`);
    const refused = await close({ by: '', why: 'enough' });
    expect(refused.status).toBe(400);
    expect(words(refused)).toContain('Say who you are');
    expect((await close({ by: 'Grace', why: 'enough' })).headers.location).toBe(
      `/plans/${plan.id}?said=closed`,
    );
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'finished', short: 3 });
    const [event] = await planEvents(given.ledger, plan.id);
    expect(event).toMatchObject({
      kind: 'lines_closed',
      who: 'system:Ada',
      by: 'Grace',
      why: 'enough',
    });
    const text = await read(site, `/plans/${plan.id}?said=closed`);
    expect(text).toMatch(/Closed by Grace, today [\d:]+ \. What is lacking stays missing\./);
    expect(text).toContain('Closed by Grace: no line is tried again. Reason: “enough”.');
    expect(text).not.toContain('Stop trying');
  });

  test('are ended once: a second press changes nothing, and is told the same', async () => {
    const again = await close({ by: 'Grace', why: 'enough' });
    expect(again.headers.location).toBe(`/plans/${plan.id}?said=closed`);
    expect(await planEvents(given.ledger, plan.id)).toHaveLength(3);
  });
});

test('regions are not shown where it would take too long', async () => {
  const wishes = { account: given.account, steps: [], quantities: [4] };
  plan = await ladderPlan(given.ledger, wishes);
  await sellEach(given.ledger, plan, 1);
  expect(await page()).toContain('New York 212 1 0 3');
  await sql(given.ledger, 'update ledger.plans set orders = 50001 where id = $1', [plan.id]);
  const text = await page();
  expect(text).toContain('Not shown for a plan of 50,001 orders');
  expect(text).not.toContain('New York');
});
