import { describe, expect, it } from 'vitest';
import { openSandbox, type SandboxOptions, type StockLevels } from '../../src/sandbox/index.ts';
import { buy, command, countBought, listed } from './asking.ts';

const STOCK: StockLevels = { '312': { level: 2, refill: { everySeconds: 10, numbers: 5 } } };
const MANY = { search: '312', quantity: 25 };

/** A sandbox whose clock moves only when it is told to. */
async function openAt(options: SandboxOptions) {
  let ms = 1_000_000;
  const sandbox = await openSandbox({ ...options, now: () => ms });
  return {
    sandbox,
    letPass: (seconds: number) => {
      ms += seconds * 1000;
    },
    [Symbol.asyncDispose]: sandbox.close,
  };
}

describe('a stock with a refill', () => {
  it('is filled up to so many, again and again, from the first order on', async () => {
    await using stage = await openAt({ stock: STOCK });
    const { sandbox, letPass } = stage;
    letPass(3_600);
    expect(await countBought(sandbox, MANY)).toBe(2);
    letPass(9.999);
    expect(await buy(sandbox, MANY)).toBe('No numbers available');
    letPass(0.001);
    expect(await countBought(sandbox, MANY)).toBe(5);
    expect(await countBought(sandbox, MANY)).toBe(0);
    letPass(10);
    expect(await countBought(sandbox, MANY)).toBe(5);
  });

  it('does not pile up while nobody asks', async () => {
    await using stage = await openAt({ stock: STOCK });
    await countBought(stage.sandbox, MANY);
    stage.letPass(86_400);
    expect(await countBought(stage.sandbox, MANY)).toBe(5);
    expect(await countBought(stage.sandbox, MANY)).toBe(0);
  });

  it('keeps the hours of its refills, however late an order asks', async () => {
    await using stage = await openAt({ stock: STOCK });
    await countBought(stage.sandbox, MANY);
    stage.letPass(19);
    expect(await countBought(stage.sandbox, MANY)).toBe(5);
    stage.letPass(1);
    expect(await countBought(stage.sandbox, MANY)).toBe(5);
  });

  it('keeps what it has while that is more', async () => {
    const stock = { '312': { level: 20, refill: { everySeconds: 10, numbers: 5 } } };
    await using stage = await openAt({ stock });
    await countBought(stage.sandbox, { search: '312', quantity: 1 });
    stage.letPass(10);
    expect(await countBought(stage.sandbox, MANY)).toBe(19);
  });

  it('is not filled up by a clock that goes back', async () => {
    await using stage = await openAt({ stock: STOCK });
    await countBought(stage.sandbox, MANY);
    stage.letPass(-100);
    expect(await countBought(stage.sandbox, MANY)).toBe(0);
  });

  it('has its share of cleansed numbers after every refill', async () => {
    await using stage = await openAt({ stock: STOCK });
    await countBought(stage.sandbox, MANY);
    for (let nth = 0; nth < 3; nth++) {
      stage.letPass(10);
      expect(await countBought(stage.sandbox, { ...MANY, cleansed_only: 1 })).toBe(3);
      expect(await countBought(stage.sandbox, MANY)).toBe(2);
    }
  });

  it('keeps fill_quantity: none of too few, all when they have come', async () => {
    await using stage = await openAt({ stock: STOCK });
    const four = { search: '312', quantity: 4, fill_quantity: 1 };
    expect(await buy(stage.sandbox, four)).toBe('Not enough numbers available');
    stage.letPass(10);
    expect(await countBought(stage.sandbox, four)).toBe(4);
  });

  it('sells new numbers, all of them listed', async () => {
    await using stage = await openAt({ stock: STOCK, owned: ['3125550000'] });
    expect(await countBought(stage.sandbox, MANY)).toBe(1);
    stage.letPass(10);
    expect(await countBought(stage.sandbox, MANY)).toBe(5);
    expect(new Set(await listed(stage.sandbox)).size).toBe(1 + 1 + 5);
  });

  it('sells the same numbers by the same seed and clock', async () => {
    const shop = async () => {
      await using stage = await openAt({ stock: STOCK, seed: 9 });
      for (const seconds of [0, 7, 4, 30]) {
        stage.letPass(seconds);
        await buy(stage.sandbox, MANY);
      }
      return stage.sandbox.books().requests.map(({ sold }) => sold);
    };
    const first = await shop();
    expect(first.map((sold) => sold.length)).toEqual([2, 0, 5, 5]);
    expect(await shop()).toEqual(first);
  });
});

it('a command sets a refill, and a plain stock ends it', async () => {
  await using stage = await openAt({});
  const stock = { '312': { level: 0, refill: { everySeconds: 0.5, numbers: 3 } } };
  const answer = await command(stage.sandbox, '/sandbox/stock', stock);
  expect(answer).toEqual({ status: 200, document: { stock } });
  expect(await countBought(stage.sandbox, MANY)).toBe(0);
  stage.letPass(0.5);
  expect(await countBought(stage.sandbox, MANY)).toBe(3);
  await command(stage.sandbox, '/sandbox/stock', { '312': 0 });
  stage.letPass(60);
  expect(await countBought(stage.sandbox, MANY)).toBe(0);
});

it.each([
  [{ level: 0 }, 'The refill of 312'],
  [{ level: 0, refill: null }, 'The refill of 312'],
  [{ level: 0, refill: { everySeconds: 0, numbers: 5 } }, 'The refill of 312'],
  [{ level: 0, refill: { everySeconds: '15', numbers: 5 } }, 'The refill of 312'],
  [{ level: 0, refill: { everySeconds: 15, numbers: 0 } }, 'The refill of 312'],
  [{ level: 0, refill: { everySeconds: 15, numbers: 1.5 } }, 'The refill of 312'],
  [{ refill: { everySeconds: 15, numbers: 5 } }, 'The stock of 312'],
  [null, 'The stock of 312'],
])('a stock of %j is refused', async (stock, sentence) => {
  await using sandbox = await openSandbox();
  const { status, document } = await command(sandbox, '/sandbox/stock', { '312': stock });
  expect({ status, ...document }).toEqual({
    status: 400,
    error: expect.stringContaining(sentence),
  });
});
