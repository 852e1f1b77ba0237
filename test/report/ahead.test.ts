import { expect, test } from 'vitest';
import { ahead } from '../../src/report/ahead.ts';

/** Pages 1 to `count`, noting what is asked for. */
async function* pagesTo(count: number, asked: unknown[]): AsyncGenerator<number> {
  try {
    for (let page = 1; page <= count; page++) {
      asked.push(page);
      yield page;
    }
  } finally {
    asked.push('closed');
  }
}

test('gives all pages in order, and asks for each before the last is used up', async () => {
  const asked: unknown[] = [];
  const pages = ahead(pagesTo(3, asked));
  expect(await pages.next()).toEqual({ done: false, value: 1 });
  expect(asked).toEqual([1, 2]);
  expect(await Array.fromAsync(pages)).toEqual([2, 3]);
  expect(asked).toEqual([1, 2, 3, 'closed']);
});

test('closes the pages when the reader stops', async () => {
  const asked: unknown[] = [];
  for await (const page of ahead(pagesTo(9, asked))) if (page === 2) break;
  expect(asked).toEqual([1, 2, 3, 'closed']);
});

test('fails where the page that failed has its turn, and not before', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no second page');
  }
  const pages = ahead(failing());
  expect(await pages.next()).toEqual({ done: false, value: 1 });
  // Time for the runtime to find an unhandled failure.
  await new Promise((resolve) => setImmediate(resolve));
  await expect(pages.next()).rejects.toThrow('no second page');
});

test('a failure that is not awaited does no harm', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no second page');
  }
  for await (const page of ahead(failing())) {
    expect(page).toBe(1);
    break;
  }
});

test('reads two pages at a time for any number of files, and goes on after a failure', async () => {
  let reading = 0;
  let most = 0;
  async function* busy(): AsyncGenerator<number> {
    for (let page = 1; page <= 3; page++) {
      reading += 1;
      most = Math.max(most, reading);
      await new Promise((resolve) => setImmediate(resolve));
      reading -= 1;
      if (page === 3) throw new Error('no third page');
      yield page;
    }
  }
  const files = Array.from({ length: 9 }, () => Array.fromAsync(ahead(busy())));
  const outcomes = await Promise.allSettled(files);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(most).toBe(2);
});
