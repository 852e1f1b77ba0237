import { beforeAll, describe, expect, test } from 'vitest';
import { ensureAccount, orderId, setPrices } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import type { SmallPlan } from '../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';
import { newNumbers, sendOne } from '../support/sending.ts';
import { documentedSite } from './documented.ts';
import { read } from './pages-forms.ts';
import { ask, codeOf, newCsv, post, send, submitted } from './site.ts';

const { given, site } = documentedSite();

const PRICES = pricesOf();
const once = (sum: string, monthly: string) => ({ once: sum, monthly, unpriced: [] });

describe('the API says what a plan costs', () => {
  beforeAll(async () => {
    await setPrices(given.ledger, 'sandbox', PRICES, BY);
  });

  test('with the prices of its account, which the account has', async () => {
    const { json } = await ask(site, '/api/accounts/sandbox');
    expect(json.prices).toEqual(PRICES);
  });

  test('at a check, for the only account', async () => {
    const { json } = await send(site, '/api/check', newCsv('212,10'));
    expect(json.mayCost).toEqual({
      ...{ prices: PRICES.hash, currency: 'USD' },
      ...{ atMost: once('10.00', '5.00'), usual: null },
    });
  });

  test('at no check with errors', async () => {
    const { json } = await send(site, '/api/check', newCsv('212,0.5'));
    expect(json).toMatchObject({ faultCount: 1, mayCost: null });
  });

  test('before its start, and what it has cost after', async () => {
    const id = await submitted(site, newCsv('305,10'));
    const ready = await ask(site, `/api/plans/${id}`);
    expect(ready.json).toMatchObject({
      mayCost: { atMost: once('10.00', '5.00'), usual: null },
      cost: once('0.00', '0.00'),
    });
    await post(site, `/api/plans/${id}/start`);
    const plan = { id, account: given.account, orders: [orderId(id, 1)] };
    await sendOne(given.ledger, plan, 'short', { numbers: newNumbers(4, '305') });
    const { json } = await ask(site, `/api/plans/${id}`);
    const sum = once('4.00', '2.00');
    expect(json.cost).toEqual({ prices: PRICES.hash, currency: 'USD', ...sum, without: [] });
    const summary = await ask(site, `/api/plans/${id}/summary.json`);
    expect(JSON.parse(summary.text).cost).toEqual(json.cost);
  });

  test('and starts it at the prices that were seen, if they are named', async () => {
    const id = await submitted(site, newCsv('786,10'));
    const start = (prices: string) => post(site, `/api/plans/${id}/start?prices=${prices}`);
    for (const other of ['none', '0123456789ab', '']) {
      expect(codeOf(await start(other))).toEqual([409, 'wrong_state']);
    }
    const { json } = await ask(site, `/api/plans/${id}`);
    expect(json).toMatchObject({ state: 'ready', startedAt: null });
    expect((await start(json.mayCost.prices)).json.state).toBe('running');
  });

  test('without what is unknown, as the page and the summary say it', async () => {
    const id = await submitted(site, newCsv('786,10'));
    await post(site, `/api/plans/${id}/start`);
    const plan = { id, account: given.account } as SmallPlan;
    await sendOne(given.ledger, plan, 'unknown', {}, id * 1e7 + 1);
    const { json } = await ask(site, `/api/plans/${id}`);
    expect(json.cost).toMatchObject({ ...once('0.00', '0.00'), without: ['unknown'] });
    const summary = await ask(site, `/api/plans/${id}/summary.json`);
    expect(JSON.parse(summary.text).cost).toEqual(json.cost);
    const page = await read(site, `/plans/${id}`);
    expect(page).toContain('0.00 USD once, and 0.00 USD a month, without the unknown numbers');
  });

  test('as earlier plans went, once there is one', async () => {
    const { json } = await send(site, '/api/check', newCsv('305,5\n907,5'));
    expect(json.mayCost).toMatchObject({
      atMost: once('10.00', '5.00'),
      usual: once('7.00', '3.50'),
    });
  });

  test('and no client says what the prices are', async () => {
    const { status } = await send(site, '/api/check?prices=free', newCsv());
    expect(status).toBe(400);
  });
});

describe('where there are several accounts', () => {
  beforeAll(async () => {
    await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
    await setPrices(given.ledger, 'main', pricesOf({ ...PRICES_FILE, currency: 'CAD' }), BY);
  });

  test('a check names the one that pays, or says no sum', async () => {
    expect((await send(site, '/api/check', newCsv('212,10'))).json.mayCost).toBeNull();
    const { json } = await send(site, '/api/check?account=main', newCsv('212,10'));
    expect(json.mayCost).toMatchObject({ currency: 'CAD', atMost: once('10.00', '5.00') });
  });

  test('a start that is not confirmed says the most that it would cost', async () => {
    const { json: plan } = await send(site, '/api/plans?account=main', newCsv('212,10'));
    const { status, json } = await post(site, `/api/plans/${plan.id}/start`);
    expect(status).toBe(409);
    expect(json.error.message).toContain(
      'buy 10 numbers in 1 order for at most 10.00 CAD once and 5.00 CAD a month with the live',
    );
  });
});
