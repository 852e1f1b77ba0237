import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { batcher } from '../../../src/ledger/orders/batcher.ts';
import { until } from '../../support/until.ts';

type Item = { key: number; value: string };

/** A statement that is held until it is let go, and the batches that it was run for. */
function held(run: (items: Item[]) => Map<number, string> = values) {
  const batches: string[][] = [];
  const gates: (() => void)[] = [];
  const ask = batcher({
    keyOf: ({ key }: Item) => key,
    async run(items) {
      batches.push(items.map(({ value }) => value));
      await new Promise<void>((open) => gates.push(open));
      return run(items);
    },
  });
  const letGo = async () => {
    gates.shift()?.();
    await turn();
    await turn();
  };
  return { ask: (key: number, value = `${key}`) => ask({ key, value }), batches, letGo };
}

const values = (items: Item[]) => new Map(items.map(({ key, value }) => [key, value]));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('while a batch is under way the others gather for the next', async () => {
  const { ask, batches, letGo } = held();
  for (const key of [1, 2, 3]) {
    ask(key);
    await turn();
    await turn();
  }
  expect(batches).toEqual([['1']]);
  await letGo();
  expect(batches).toEqual([['1'], ['2', '3']]);
});

test('what a batch does after its statement does not hold up the next one', async () => {
  const { promise: never } = Promise.withResolvers<never>();
  const begun: number[][] = [];
  const ask = batcher({
    keyOf: (key: number) => key,
    async run(keys, releaseSlot) {
      begun.push(keys);
      releaseSlot();
      return await never;
    },
  });
  for (const key of [1, 2]) {
    void ask(key);
    await turn();
    await turn();
  }
  expect(begun).toEqual([[1], [2]]);
});

test('one that takes very long does not hold up the others', async () => {
  const { ask, batches } = held();
  ask(1);
  await turn();
  ask(2);
  await until(() => batches.length === 2, { what: 'the second has begun' });
});

test('a batch has 200 items at most', async () => {
  const { ask, batches, letGo } = held();
  for (let key = 0; key < 250; key++) ask(key);
  await turn();
  await letGo();
  expect(batches.map(({ length }) => length)).toEqual([200, 50]);
});

test('what is asked for at once is a batch, but the same key waits for the next', async () => {
  const { ask, batches, letGo } = held((items) =>
    batches.length === 1 ? values(items) : new Map(),
  );
  const answers = Promise.all([ask(1, 'first'), ask(1, 'second'), ask(2, 'other')]);
  await turn();
  expect(batches).toEqual([['first', 'other']]);
  await letGo();
  expect(batches).toEqual([['first', 'other'], ['second']]);
  await letGo();
  expect(await answers).toEqual(['first', undefined, 'other']);
});

test('one odd item fails alone: the others of its batch are tried by themselves', async () => {
  const runs: string[][] = [];
  const ask = batcher({
    keyOf: ({ key }: Item) => key,
    async run(items) {
      runs.push(items.map(({ value }) => value));
      if (items.some(({ value }) => value === 'odd')) throw new Error('a check was violated');
      return values(items);
    },
  });
  const answers = await Promise.allSettled([
    ask({ key: 1, value: 'a' }),
    ask({ key: 2, value: 'odd' }),
    ask({ key: 3, value: 'b' }),
  ]);
  expect(runs).toEqual([['a', 'odd', 'b'], ['a'], ['odd'], ['b']]);
  expect(answers).toMatchObject([
    { value: 'a' },
    { reason: { message: 'a check was violated' } },
    { value: 'b' },
  ]);
});

test('when the database is away all of a batch are told, and nothing is tried again', async () => {
  let runs = 0;
  const ask = batcher({
    keyOf: ({ key }: Item) => key,
    async run(): Promise<Map<number, string>> {
      runs += 1;
      throw new AppError('ledger_down', 'The database cannot be reached.');
    },
  });
  const answers = await Promise.allSettled([
    ask({ key: 1, value: '' }),
    ask({ key: 2, value: '' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(runs).toBe(1);
});

test('a batch that failed does not keep the next ones waiting', async () => {
  let isFirst = true;
  const ask = batcher({
    keyOf: ({ key }: Item) => key,
    async run(items) {
      if (!isFirst) return values(items);
      isFirst = false;
      throw new AppError('ledger_down', 'The database cannot be reached.');
    },
  });
  await expect(ask({ key: 1, value: 'a' })).rejects.toThrow('cannot be reached');
  expect(await ask({ key: 1, value: 'b' })).toBe('b');
});
