import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../../support/prices.ts';
import { answerTo } from '../../support/sending.ts';

const PRICES = pricesOf();
const DEARER = pricesOf({ ...PRICES_FILE, types: { local: { once: '3.00', monthly: '2.00' } } });
describeOnALedger('the prices of an account', (given) => {
  test('are not known until they are set, and the events say who set them', async () => {
    const { id, name } = await given.newAccount();
    expect((await given.findAccount(name)).prices).toBeNull();
    expect((await given.setPrices(name, PRICES, BY)).prices).toEqual(PRICES);
    expect((await given.setPrices(name, null, BY)).prices).toBeNull();
    expect(await given.accountEvents(id)).toMatchObject([
      { kind: 'account_prices', ...BY, detail: { prices: null } },
      { kind: 'account_prices', ...BY, detail: { prices: PRICES.hash } },
    ]);
  });

  test('are kept as they were: a list changes nothing and goes nowhere', async () => {
    const { name } = await given.newAccount();
    await given.setPrices(name, PRICES, BY);
    const change = `update ledger.price_lists set list = list || '{"slot": null}' where hash = $1`;
    expect(await given.constraintOf(change, [PRICES.hash])).toBe('price_lists_stay');
    const remove = 'delete from ledger.price_lists where hash = $1';
    expect(await given.constraintOf(remove, [PRICES.hash])).toBe('price_lists_stay');
    const add = `insert into ledger.price_lists (hash, list) values ('one', '{"hash": "two"}')`;
    expect(await given.constraintOf(add)).toBe('price_lists_hash_fits');
  });
});

describeOnALedger('a plan', (given) => {
  async function costs({ id }: SmallPlan) {
    const plan = await given.findPlan(id);
    const mayCost = await given.costAhead(plan, await given.findCheck(id));
    return { mayCost, cost: await given.recentCost(plan) };
  }

  async function pricedAccount() {
    const { name } = await given.newAccount();
    return given.setPrices(name, PRICES, BY);
  }

  async function fill(plan: SmallPlan): Promise<void> {
    const answers = (await given.claim(plan)).map((order) => answerTo(order, 'filled'));
    await given.record(plan, ...answers);
  }

  test('costs nothing that is known without prices', async () => {
    const plan = await given.newPlan();
    await fill(plan);
    expect(await costs(plan)).toEqual({ mayCost: null, cost: null });
  });

  test('may cost by the prices of today, and once started by those of its start', async () => {
    const account = await pricedAccount();
    const plan = await given.newPlan({ account, started: false });
    const atMost = async () => (await costs(plan)).mayCost?.atMost.once;
    expect(await atMost()).toBe('10.00');
    await given.setPrices(account.name, DEARER, BY);
    expect(await atMost()).toBe('30.00');
    await given.steerPlan(plan.id, 'start', BY);
    await given.setPrices(account.name, PRICES, BY);
    await fill(plan);
    expect(await atMost()).toBe('30.00');
    expect((await costs(plan)).cost).toEqual({
      ...{ prices: DEARER.hash, currency: 'USD' },
      ...{ once: '30.00', monthly: '20.00', unpriced: [], without: [] },
    });
  });

  test('keeps the prices of its start through a pause, and none when it had none', async () => {
    const account = await given.newAccount();
    const without = await given.newPlan({ account });
    await given.steerPlan(without.id, 'pause', BY);
    await given.setPrices(account.name, PRICES, BY);
    await given.steerPlan(without.id, 'resume', BY);
    expect((await costs(without)).cost).toBeNull();
    const plan = await given.newPlan({ account });
    await given.steerPlan(plan.id, 'pause', BY);
    await given.setPrices(account.name, null, BY);
    await given.steerPlan(plan.id, 'resume', BY);
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({ prices: PRICES.hash, once: '10.00' });
  });

  test('of one kind with slots costs both', async () => {
    const lines = [line({ line: 2, quantity: 30, orderSlot: true })];
    const plan = await given.newPlan({ account: await pricedAccount(), lines });
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({ once: '30.90', monthly: '21.00' });
  });

  test('of one kind but for its slots costs only the slots that came', async () => {
    const lines = [line({ line: 2, quantity: 4 }), line({ line: 3, quantity: 6, orderSlot: true })];
    const plan = await given.newPlan({ account: await pricedAccount(), lines });
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({ once: '10.18', monthly: '6.20' });
  });

  test('of more orders than are read at once costs the sum of all', async () => {
    const many = Array.from({ length: 6 }, (_, n) => line({ line: n + 2, quantity: 100_000 }));
    const last = line({ line: 9, quantity: 5, type: 'tollfree', areaCode: null });
    const account = await pricedAccount();
    const plan = await given.newPlan({ account, lines: [...many, last] });
    await fill({ ...plan, orders: [plan.orders[0]!, plan.orders.at(-1)!] });
    expect((await costs(plan)).cost).toMatchObject({ once: '35.00', monthly: '18.75' });
  });

  test('counts what it has bought without a price, and gives no sum', async () => {
    const { name } = await given.newAccount();
    const account = await given.setPrices(name, DEARER, BY);
    const lines = [
      line({ line: 2, quantity: 30 }),
      line({ line: 3, quantity: 4, type: 'tollfree', areaCode: null }),
    ];
    const plan = await given.newPlan({ account, lines });
    await fill(plan);
    expect((await costs(plan)).cost).toMatchObject({
      ...{ once: null, monthly: null },
      unpriced: [{ what: 'tollfree', count: 4 }],
    });
  });

  test('that was never started costs nothing, whatever the prices are later', async () => {
    const account = await pricedAccount();
    const plan = await given.newPlan({ account, started: false });
    await given.steerPlan(plan.id, 'cancel', BY);
    expect(await costs(plan)).toEqual({ mayCost: null, cost: null });
  });
});
