import { beforeAll, describe, expect, test } from 'vitest';
import {
  accountEvents,
  accountState,
  ensureAccount,
  findAccount,
  findPlan,
  planOf,
  unknownOrders,
} from '../../src/ledger/index.ts';
import { orderRow } from '../support/ledger.ts';
import { newPlan } from '../support/plans.ts';
import { newNumbers, readList, sendOne } from '../support/sending.ts';
import { leadsTo, press, read, ticked, words } from './pages-forms.ts';
import { HOSTILE } from './pages-scene.ts';
import { ask, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();

beforeAll(async () => {
  await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
});

/** An unknown order of ten. */
async function unknownOrder(): Promise<number> {
  const plan = await newPlan(given.ledger);
  const { order } = await sendOne(given.ledger, plan, 'unknown');
  return order.id;
}

const accountOf = async (order: number) => {
  const { account } = await findPlan(given.ledger, planOf(order));
  return findAccount(given.ledger, account);
};

const isUnknown = async (order: number) =>
  (await unknownOrders(given.ledger, { after: order - 1, limit: 1 }))[0]?.order === order;

describe('an unknown order', () => {
  test('is settled with the numbers that were picked and typed, however long', async () => {
    const order = await unknownOrder();
    const numbers = newNumbers(10);
    await readList(given.ledger, await accountOf(order), numbers);
    const fields = {
      by: 'Bea',
      why: 'looked',
      number: numbers.slice(0, 2),
      // As pasted from columns of a page.
      more: [`+1 (${numbers[2]})`, ...numbers.slice(3).map((each) => each.padEnd(130))].join(','),
    };
    const answer = await press(site, `/unknown/${order}/bought`, fields);
    expect(leadsTo(answer)).toBe(`303 /unknown?settled=${order}`);
    expect(await read(site, answer.headers.location!)).toContain(
      `Bea settled order ${order}: it bought 10 numbers.`,
    );
    expect(await orderRow(given.ledger, order)).toMatchObject({ state: 'filled', bought: 10 });
  });

  test('is sent again on the word of a person, with a reason', async () => {
    const order = await unknownOrder();
    expect(words(await press(site, `/unknown/${order}/nothing`, { by: 'Bea' }))).toContain(
      'Say how you know it.',
    );
    expect(words(await press(site, `/unknown/${order}/nothing`, { why: 'x' }))).toContain(
      'Say who you are.',
    );
    expect(await isUnknown(order)).toBe(true);
    const said = { by: 'Bea', why: 'asked the vendor' };
    const refused = await press(site, `/unknown/${order}/nothing`, said);
    expect(words(refused)).toContain("No list of the vendor's was read since its request ended");
    expect(await isUnknown(order)).toBe(true);
    await press(site, `/unknown/${order}/nothing`, { ...said, ...ticked(refused) });
    expect(await isUnknown(order)).toBe(false);
  });

  test('stays unknown, with what was typed, when the numbers cannot be its', async () => {
    const order = await unknownOrder();
    const bad = await press(site, `/unknown/${order}/bought`, {
      by: 'Bea',
      why: 'looked',
      more: '555',
    });
    expect(bad.status).toBe(400);
    expect(words(bad)).toContain('"555" is not a phone number');
    expect(bad.text).toContain('name="more" value="555"');
    const none = await press(site, `/unknown/${order}/bought`, { by: 'Bea', why: 'looked' });
    expect(none.status).toBe(400);
    expect(await isUnknown(order)).toBe(true);
  });

  test('is not settled by a form that does not say what it showed', async () => {
    const order = await unknownOrder();
    for (const seen of ['', '1abc']) {
      const said = { by: 'Bea', why: 'looked', seen };
      expect((await press(site, `/unknown/${order}/nothing`, said)).status).toBe(409);
    }
    expect(await isUnknown(order)).toBe(true);
  });

  test('that was settled meanwhile stays settled, and the page says so', async () => {
    const order = await unknownOrder();
    const numbers = newNumbers(10);
    await readList(given.ledger, await accountOf(order), numbers);
    await press(site, `/unknown/${order}/bought`, { by: 'Bea', why: 'looked', number: numbers });
    const late = await press(site, `/unknown/${order}/nothing`, { by: 'Cid', why: 'thought so' });
    expect(leadsTo(late)).toBe(`303 /unknown?late=${order}`);
    expect(await read(site, late.headers.location!)).toMatch(
      new RegExp(`no longer unknown\\. .*Bea settled order ${order}: it bought 10 numbers\\. Not`),
    );
  });
});

describe('an account', () => {
  test('is paused without a reason too, and resumed with one', async () => {
    const unexplained = await press(site, '/accounts/main/pause', { by: 'Bea', why: '' });
    expect(words(await ask(site, unexplained.headers.location!))).toContain('Bea gave no reason');
    const hasty = await press(site, '/accounts/main/resume', { by: 'Bea', why: '' });
    expect(words(hasty)).toContain('Say why it is safe now.');
    const { pauseId: first } = await accountState(given.ledger, 'main');
    await press(site, '/accounts/main/resume', { by: 'Bea', why: 'it is', pauseId: first! });
    const paused = await press(site, '/accounts/main/pause', { by: 'Bea', why: HOSTILE });
    const page = await ask(site, paused.headers.location!);
    expect(words(page)).toContain('Account paused by Bea');
    expect(page.text).not.toContain('<script>alert');
    const { pausedReason, pauseId } = await accountState(given.ledger, 'main');
    expect(pausedReason).toBe(HOSTILE);
    const reads = { by: 'Bea', why: 'all is well', pauseId: '0-an older one' };
    const refused = await press(site, '/accounts/main/resume', reads);
    expect(refused.status).toBe(409);
    expect(words(refused)).toContain('It has paused again since you looked.');
    await press(site, '/accounts/main/resume', { ...reads, pauseId: pauseId! });
    expect((await accountState(given.ledger, 'main')).pausedReason).toBeNull();
  });

  test('takes a pace, and keeps its own when that is none', async () => {
    const answer = await press(site, '/accounts/main/pace', { rate: '7.5' });
    expect(await read(site, answer.headers.location!)).toContain('Pace set to 7.5 by');
    // A live account has a pace, and no blank is a 0.
    for (const rate of ['', 'none', '1001']) {
      const refused = await press(site, '/accounts/main/pace', { rate });
      expect(refused.status, rate).toBe(400);
      expect(words(refused)).toContain('The pace must be orders per second, from 0.01 to 1000.');
    }
    const { id, rate } = await accountState(given.ledger, 'main');
    expect(rate).toBe(7.5);
    expect((await accountEvents(given.ledger, id))[0]).toMatchObject({
      kind: 'account_rate',
      who: 'system:Ada',
      by: null,
    });
  });
});
