import { describe, expect, it } from 'vitest';
import { openSandbox, type SandboxOptions, type StockLevels } from '../../src/sandbox/index.ts';
import { openNumberPool } from '../../src/sandbox/number-pool.ts';
import { buy, countBought, type Parameters } from './asking.ts';

/** Buys by the 25 until there is no more, and counts. */
async function buyOut(options: SandboxOptions, parameters: Parameters): Promise<number> {
  await using sandbox = await openSandbox(options);
  let total = 0;
  for (;;) {
    const count = await countBought(sandbox, { quantity: 25, ...parameters });
    if (count === 0) return total;
    total += count;
  }
}

describe('how many there are', () => {
  it.each<[StockLevels, Parameters, number]>([
    [{}, { search: '907' }, 12],
    [{}, { search: '907555' }, 12],
    [{}, { search: '808' }, 0],
    [{}, { search: '808555' }, 0],
    [{}, { search: '312555' }, 200],
    [{}, { type: 'canadian_local', search: '416555' }, 200],
    [{}, { type: 'true800' }, 100],
    [{ tollfree: 60 }, { type: 'tollfree' }, 60],
    [{ '312': 30 }, { search: '312' }, 30],
    [{ '312': 30 }, { search: '312555' }, 30],
    [{ '312': 30, '312555': 7 }, { search: '312555' }, 7],
    [{ '312': 45 }, { search: '312', cleansed_only: 1 }, 27],
    [{ '312': 45 }, { search: '312', sms_supported: 1 }, 36],
    [{ '312': 100 }, { search: '312', sms_supported: 1, cleansed_only: 1 }, 48],
    [{}, { search: '312555', cleansed_only: 1 }, 120],
    [{}, { search: '012' }, 0],
    [{}, { search: '312155' }, 0],
    [{ '312': 30_000, '312555': 30_000 }, { search: '312555' }, 10_000],
  ])('stock %j, order %j: %i', async (stock, parameters, expected) => {
    expect(await buyOut({ stock }, parameters)).toBe(expected);
  });

  it('an area code has 10,000 and toll-free 5,000', async () => {
    expect(await buyOut({}, { search: '212' })).toBe(10_000);
    expect(await buyOut({}, { type: 'tollfree' })).toBe(5_000);
  });
});

it('a sale from an NPA-NXX is a sale from its area code', async () => {
  await using sandbox = await openSandbox({ stock: { '312': 20 } });
  expect(await countBought(sandbox, { search: '312555', quantity: 15 })).toBe(15);
  expect(await countBought(sandbox, { search: '312', quantity: 25 })).toBe(5);
});

it('fill_quantity=1 buys none of too few, fill_quantity=0 buys what there is', async () => {
  await using sandbox = await openSandbox({ stock: { '312': 3 } });
  const five = { search: '312', quantity: 5 };
  expect(await buy(sandbox, { ...five, fill_quantity: 1 })).toBe('Not enough numbers available');
  expect(await buy(sandbox, { ...five, fill_quantity: 0 })).toHaveLength(3);
  expect(await buy(sandbox, { ...five, fill_quantity: 1 })).toBe('No numbers available');
  expect(await buy(sandbox, { ...five, fill_quantity: 0 })).toBe('No numbers available');
  expect(sandbox.books().sold).toBe(3);
});

it('an order for 0 numbers succeeds with none', async () => {
  await using sandbox = await openSandbox();
  expect(await buy(sandbox, { search: '312', quantity: 0 })).toEqual([]);
});

it('everybody buys the cleansed numbers first', async () => {
  await using sandbox = await openSandbox({ stock: { '312': 20 } });
  expect(await countBought(sandbox, { search: '312', quantity: 10 })).toBe(10);
  const cleansed = { search: '312', quantity: 25, cleansed_only: 1 };
  expect(await countBought(sandbox, cleansed)).toBe(2);
  expect(await countBought(sandbox, { search: '312', quantity: 25 })).toBe(8);
});

describe('an empty NPA-NXX', () => {
  const stock = { '312555': 0 };
  it('sells nothing by itself', async () => {
    expect(await buyOut({ stock }, { search: '312555' })).toBe(0);
  });

  it('with a distance sells numbers of other exchanges of the area code', async () => {
    await using sandbox = await openSandbox({ stock });
    const numbers = await buy(sandbox, { search: '312555', quantity: 5, distance: 10 });
    expect(numbers).toEqual(Array(5).fill(expect.stringMatching(/^312(?!555)/)));
  });

  it.each([
    ['312555', '313'],
    ['999555', '200'],
    ['799555', '801'],
    ['832555', '834'],
    ['887555', '889'],
  ])('with an overlay allowed, %s sells numbers of %s', async (search, overlay) => {
    await using sandbox = await openSandbox({ stock: { [search]: 0, [overlay]: 4 } });
    const numbers = await buy(sandbox, { search, quantity: 5, allow_overlay: 1 });
    expect(numbers).toEqual(Array(4).fill(expect.stringMatching(`^${overlay}`)));
  });

  it('is not needed for an overlay while it has any number left', async () => {
    await using sandbox = await openSandbox({ stock: { '312555': 1 } });
    const numbers = await buy(sandbox, { search: '312555', quantity: 5, allow_overlay: 1 });
    expect(numbers).toEqual([expect.stringMatching(/^312555/)]);
  });
});

describe('owned numbers', () => {
  const owned = Array.from({ length: 40 }, (_, i) => String(3125550000 + i));

  it('count against the stock of their area code', async () => {
    expect(await buyOut({ owned, stock: { '312': 100 } }, { search: '312' })).toBe(60);
    expect(await buyOut({ owned: ['8005551234'] }, { type: 'true800' })).toBe(99);
    expect(await buyOut({ owned, stock: { '312': 30 } }, { search: '312' })).toBe(0);
  });

  it('are not sold even when everything else is', async () => {
    await using sandbox = await openSandbox({
      owned: [...owned, ...owned],
      stock: { '312': 20_000, '312555': 20_000 },
    });
    let count = 0;
    for (let bought = 25; bought > 0; count += bought) {
      bought = await countBought(sandbox, { search: '312555', quantity: 25 });
    }
    expect(count).toBe(10_000 - owned.length);
    const sold = new Set(sandbox.books().requests.flatMap((request) => request.sold));
    expect(owned.filter((number) => sold.has(number))).toEqual([]);
  });

  it('are ten digits', async () => {
    await expect(openSandbox({ owned: ['+13125550000'] })).rejects.toThrow('ten digits');
  });
});

describe('setStock', () => {
  it('says how many are for sale from now on, whatever was sold or owned', async () => {
    await using sandbox = await openSandbox({ stock: { '312': 5 }, owned: ['3125550000'] });
    const all = { search: '312', quantity: 25 };
    expect(await countBought(sandbox, all)).toBe(4);
    sandbox.setStock({ '312': 7 });
    expect(await countBought(sandbox, all)).toBe(7);
    sandbox.setStock({ '312': 0 });
    expect(await countBought(sandbox, all)).toBe(0);
  });

  it.each([
    [{ '31': 5 }, 'no stock of "31"'],
    [{ '833': 5 }, 'no stock of "833"'],
    [{ '112': 5 }, 'no stock of "112"'],
    [{ '312': -1 }, 'The stock of 312'],
    [{ '312': 1.5 }, 'The stock of 312'],
  ])('refuses %j', async (levels, sentence) => {
    await using sandbox = await openSandbox();
    expect(() => sandbox.setStock(levels)).toThrow(sentence);
    await expect(openSandbox({ stock: levels })).rejects.toThrow(sentence);
  });
});

describe('seeds', () => {
  const shopping: Parameters[] = [
    { search: '212', quantity: 25 },
    { search: '312555', quantity: 25 },
    { type: 'tollfree', quantity: 25 },
    { type: 'true800', quantity: 25 },
  ];
  async function shop(options: SandboxOptions): Promise<string[]> {
    await using sandbox = await openSandbox(options);
    for (const parameters of shopping) await buy(sandbox, parameters);
    return sandbox.books().requests.flatMap((request) => request.sold);
  }

  it('the same seed sells the same numbers in the same faults', async () => {
    const faultMix = { chance: 0.5, faults: { html: 1, sold_twice: 1 } };
    expect(await shop({ seed: 9, faultMix })).toEqual(await shop({ seed: 9, faultMix }));
  });

  it('different seeds sell different numbers', async () => {
    const runs = [await shop({ seed: 1 }), await shop({ seed: 2 }), await shop({ seed: 3 })];
    expect(new Set(runs.flat()).size).toBe(3 * 100);
  });

  it('different seeds hardly ever meet in an area code', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 5_000; seed++) {
      const pool = openNumberPool(212, seed, { has: () => false, countIn: () => 0 });
      firsts.add(Math.floor(pool.take()! / 25));
    }
    expect(firsts.size).toBeGreaterThan(4_800);
  });

  it('without a seed every sandbox sells other numbers', async () => {
    await using one = await openSandbox();
    await using other = await openSandbox();
    expect(await buy(one, { search: '212' })).not.toEqual(await buy(other, { search: '212' }));
  });

  it('sells toll-free numbers of every toll-free area code but 800', async () => {
    await using sandbox = await openSandbox();
    const numbers = (await buy(sandbox, { type: 'tollfree', quantity: 12 })) as string[];
    const codes = new Set(numbers.map((number) => number.slice(0, 3)));
    expect([...codes].sort()).toEqual(['833', '844', '855', '866', '877', '888']);
  });
});
