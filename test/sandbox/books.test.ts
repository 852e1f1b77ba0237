import { expect, it } from 'vitest';
import { openBooks } from '../../src/sandbox/books.ts';

const BOOKING = { at: 1, search: '212', type: 'local', quantity: 25, fault: 'ok' } as const;

it('keeps a hundred thousand requests in order, each with its own numbers', () => {
  const books = openBooks();
  for (let i = 0; i < 100_000; i++) books.add({ ...BOOKING, at: i }, [2_120_000_000 + i, 5e9 + i]);
  expect(books.totals()).toEqual({ sold: 200_000, soldTwice: 0, lastId: 100_000 });
  const [late] = books.since(70_000);
  expect(late).toMatchObject({ id: 70_001, at: 70_000, sold: ['2120070000', '5000070000'] });
  expect([...books.since(99_998)].map((request) => request.id)).toEqual([99_999, 100_000]);
});

it('notes that an answer got out when it did', () => {
  const books = openBooks();
  const first = books.add(BOOKING, []);
  books.add(BOOKING, []);
  first();
  expect([...books.since(0)].map((request) => request.answered)).toEqual([true, false]);
});

it('leaves out what comes in while it is read', () => {
  const books = openBooks();
  books.add(BOOKING, [1]);
  for (const reader of [books.since(0), books.soldUntil(1)]) {
    let count = 0;
    for (const _ of reader) {
      count++;
      books.add(BOOKING, []);
    }
    expect(count).toBe(1);
  }
});
