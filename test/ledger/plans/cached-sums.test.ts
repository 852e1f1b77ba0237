import { beforeEach, expect, test } from 'vitest';
import { cachedSums, type Ledger, type PlanDocument } from '../../../src/ledger/index.ts';

const LEDGER = {} as Ledger;
let clock = 0;
let readings = 0;
let took = 500;
let fails = false;

const plan = (more: Partial<PlanDocument> = {}): PlanDocument =>
  ({
    ...{ id: 1, orders: 50_000, successors: 0, bought: 100, substituted: 0, short: 0 },
    ...{ refused: 0, undelivered: 0, endedAt: null },
    ...more,
  }) as PlanDocument;

let sums: ReturnType<typeof cachedSums<number>>;
const ask = (more?: Partial<PlanDocument>) => sums(LEDGER, plan(more));

beforeEach(() => {
  [clock, readings, took, fails] = [0, 0, 500, false];
  sums = cachedSums(
    async () => {
      readings += 1;
      const own = readings;
      await Promise.resolve();
      clock += took;
      if (fails) throw new Error('the database went away');
      return own;
    },
    () => clock,
  );
});

test('sums of a large plan are kept while its counts stay, for a minute', async () => {
  expect([await ask(), await ask()]).toEqual([1, 1]);
  clock += 59_000;
  expect([await ask(), readings]).toEqual([1, 1]);
});

test('sums that are too old serve until they are read again, once for all who ask', async () => {
  await ask();
  clock += 60_000;
  expect([await Promise.all([ask(), ask()]), readings]).toEqual([[1, 1], 2]);
  expect([await ask(), readings]).toEqual([2, 2]);
});

test('sums are never older than two minutes', async () => {
  await ask();
  clock += 120_000;
  expect(await ask()).toBe(2);
});

test('while it runs they may be old, for twenty times as long as they took to read', async () => {
  await ask();
  clock += 9_999;
  expect([await ask({ bought: 101 }), readings]).toEqual([1, 1]);
  clock += 1;
  expect([await ask({ bought: 101 }), readings]).toEqual([1, 2]);
  clock += 20_000;
  expect([await ask({ bought: 102 }), readings]).toEqual([3, 3]);
});

test('once it has ended they are those of its counts', async () => {
  await ask();
  expect(await ask({ bought: 101, endedAt: new Date(0) })).toBe(2);
});

test('several that ask at once wait for one reading', async () => {
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
});

test('sums that are read quickly, and those of a small plan, are always read again', async () => {
  took = 99;
  expect([await ask(), await ask()]).toEqual([1, 2]);
  took = 500;
  expect([await ask({ orders: 1_000 }), await ask({ orders: 1_000 })]).toEqual([3, 4]);
});

test('what could not be read is read again', async () => {
  fails = true;
  await expect(ask()).rejects.toThrow('the database went away');
  fails = false;
  expect(await ask()).toBe(2);
});

test('what could not be read again is told to who waits for it', async () => {
  await ask();
  clock += 60_000;
  fails = true;
  expect(await ask()).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  await expect(ask()).rejects.toThrow('the database went away');
  fails = false;
  expect(await ask()).toBe(4);
});

test('each plan has its own', async () => {
  expect([await ask(), await ask({ id: 2 }), await ask()]).toEqual([1, 2, 1]);
});
