import { expect, test } from 'vitest';
import {
  accountEvents,
  costAhead,
  findAccount,
  findCheck,
  findPlan,
  recentCost,
  setPrices,
  steerPlan,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { brokenConstraint, sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, newAccount, newPlan, type SmallPlan } from '../../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../../support/prices.ts';
import { answerTo, claim, record } from '../../support/sending.ts';

const PRICES = pricesOf();
const DEARER = pricesOf({
  ...PRICES_FILE,
  types: { local: { once: '3.00', monthly: '2.00' } },
});
describeOnALedger('the prices of an account', (given) => {
  test('are not known until they are set, and the events say who set them', async () => {
    const { id, name } = await newAccount(given.ledger);
    expect((await findAccount(given.ledger, name)).prices).toBeNull();
    expect((await setPrices(given.ledger, name, PRICES, BY)).prices).toEqual(PRICES);
    expect((await setPrices(given.ledger, name, null, BY)).prices).toBeNull();
    expect(await accountEvents(given.ledger, id)).toMatchObject([
      { kind: 'account_prices', ...BY, detail: { prices: null } },
      { kind: 'account_prices', ...BY, detail: { prices: PRICES.hash } },
    ]);
  });

  test('are kept as they were: a list changes nothing and goes nowhere', async () => {
    const { name } = await newAccount(given.ledger);
    await setPrices(given.ledger, name, PRICES, BY);
    const change = `update ledger.price_lists set list = list || '{"slot": null}' where hash = $1`;
    expect(await brokenConstraint(sql(given.ledger, change, [PRICES.hash]))).toBe(
      'price_lists_stay',
    );
    const remove = 'delete from ledger.price_lists where hash = $1';
    expect(await brokenConstraint(sql(given.ledger, remove, [PRICES.hash]))).toBe(
      'price_lists_stay',
    );
    const add = `insert into ledger.price_lists (hash, list) values ('one', '{"hash": "two"}')`;
    expect(await brokenConstraint(sql(given.ledger, add))).toBe('price_lists_hash_fits');
  });
});

describeOnALedger('a plan', (given) => {
  async function costs({ id }: SmallPlan) {
    const plan = await findPlan(given.ledger, id);
    const mayCost = await costAhead(given.ledger, plan, await findCheck(given.ledger, id));
    return { mayCost, cost: await recentCost(given.ledger, plan) };
  }

  async function pricedAccount() {
    const { name } = await newAccount(given.ledger);
    return setPrices(given.ledger, name, PRICES, BY);
  }

  async function fill(plan: SmallPlan): Promise<void> {
    const answers = (await claim(given.ledger, plan)).map((order) => answerTo(order, 'filled'));
    await record(given.ledger, plan, ...answers);
  }

  test('costs nothing that is known without prices', async () => {
    const plan = await newPlan(given.ledger);
    await fill(plan);
    expect(await costs(plan)).toEqual({ mayCost: null, cost: null });
  });

  test('may cost by the prices of today, and once started by those of its start', async () => {
    const account = await pricedAccount();
    const plan = await newPlan(given.ledger, { account, started: false });
    const atMost = async () => (await costs(plan)).mayCost?.atMost.once;
    expect(await atMost()).toBe('10.00');
    await setPrices(given.ledger, account.name, DEARER, BY);
    expect(await atMost()).toBe('30.00');
    await steerPlan(given.ledger, plan.id, 'start', BY);
    await setPrices(given.ledger, account.name, PRICES, BY);
    await fill(plan);
    expect(await atMost()).toBe('30.00');
    expect((await costs(plan)).cost).toEqual({
      ...{ prices: DEARER.hash, currency: 'USD' },
      ...{ once: '30.00', monthly: '20.00', unpriced: [], without: [] },
    });
  });

  test('keeps the prices of its start through a pause, and none when it had none', async () => {
    const account = await newAccount(given.ledger);
    const without = await newPlan(given.ledger, { account });
    await steerPlan(given.ledger, without.id, 'pause', BY);
    await setPrices(given.ledger, account.name, PRICES, BY);
    await steerPlan(given.ledger, without.id, 'resume', BY);
    expect((await costs(without)).cost).toBeNull();
    const plan = await newPlan(given.ledger, { account });
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    await setPrices(given.ledger, account.name, null, BY);
    await steerPlan(given.ledger, plan.id, 'resume', BY);
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({ prices: PRICES.hash, once: '10.00' });
  });

  test('of one kind with slots costs both', async () => {
    const lines = [line({ line: 2, quantity: 30, orderSlot: true })];
    const plan = await newPlan(given.ledger, { account: await pricedAccount(), lines });
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({ once: '30.90', monthly: '21.00' });
  });

  test('of one kind but for its slots costs only the slots that came', async () => {
    const lines = [line({ line: 2, quantity: 4 }), line({ line: 3, quantity: 6, orderSlot: true })];
    const plan = await newPlan(given.ledger, { account: await pricedAccount(), lines });
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({ once: '10.18', monthly: '6.20' });
  });

  test('of more orders than are read at once costs the sum of all', async () => {
    const many = Array.from({ length: 6 }, (_, n) => line({ line: n + 2, quantity: 100_000 }));
    const last = line({ line: 9, quantity: 5, type: 'tollfree', areaCode: null });
    const account = await pricedAccount();
    const plan = await newPlan(given.ledger, { account, lines: [...many, last] });
    await fill({ ...plan, orders: [plan.orders[0]!, plan.orders.at(-1)!] });
    expect((await costs(plan)).cost).toMatchObject({ once: '35.00', monthly: '18.75' });
  });

  test('counts what it has bought without a price, and gives no sum', async () => {
    const { name } = await newAccount(given.ledger);
    const account = await setPrices(given.ledger, name, DEARER, BY);
    const lines = [
      line({ line: 2, quantity: 30 }),
      line({ line: 3, quantity: 4, type: 'tollfree', areaCode: null }),
    ];
    const plan = await newPlan(given.ledger, { account, lines });
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({
      ...{ once: null, monthly: null },
      unpriced: [{ what: 'tollfree', count: 4 }],
    });
  });

  test('that was never started costs nothing, whatever the prices are later', async () => {
    const account = await pricedAccount();
    const plan = await newPlan(given.ledger, { account, started: false });
    await steerPlan(given.ledger, plan.id, 'cancel', BY);
    expect(await costs(plan)).toEqual({ mayCost: null, cost: null });
  });
});
