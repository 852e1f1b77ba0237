import { describe, expect, test } from 'vitest';
import { compareListing, type Reading } from '../../src/evidence/index.ts';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
const SENT = at(100);
const [N, M] = ['2125550001', '2125550002'];

/** Read at second 300; the one before the order was sent, at seconds 50 to 51, had one number. */
const reading = (overrides: Partial<Reading> = {}): Reading => ({
  beganAt: at(300),
  numbers: [N],
  lists: [
    { beganAt: at(10), endedAt: at(11), size: 1 },
    { beganAt: at(50), endedAt: at(51), size: 1 },
    { beganAt: at(300), endedAt: at(301), size: 1 },
  ],
  strays: [],
  recorded: [],
  sending: [],
  settlingMs: 60_000,
  ...overrides,
});

describe('a list', () => {
  test('is compared with the newest that had been read when the order was sent', () => {
    expect(compareListing(reading()).baselineAt(SENT)).toEqual(at(51));
    expect(compareListing(reading()).baselineAt(at(20))).toEqual(at(11));
    expect(compareListing(reading()).baselineAt(at(11))).toBeNull();
  });

  test('shows as strays what no order has, it has, and no list before had', () => {
    const strays = [
      { number: N, firstSeenAt: at(301), backAt: null },
      { number: M, firstSeenAt: at(301), backAt: null },
    ];
    expect(compareListing(reading({ strays })).strays(SENT)).toEqual([N]);
    const known = [{ number: N, firstSeenAt: at(51), backAt: null }];
    expect(compareListing(reading({ strays: known })).strays(SENT)).toEqual([]);
  });

  test('shows what had been owned, was gone and is back since, and nothing older', () => {
    const back = (backAt: Date | null) =>
      compareListing(reading({ strays: [{ number: N, firstSeenAt: at(11), backAt }] }));
    expect(back(at(301)).returned(SENT)).toEqual([N]);
    expect(back(at(301)).strays(SENT)).toEqual([]);
    expect(back(at(51)).returned(SENT)).toEqual([]);
    expect(back(null).returned(SENT)).toEqual([]);
  });

  test('shows what another order bought long before, and the list before the order lacked', () => {
    const resold = (boughtAt: Date, seenAt: Date | null) =>
      compareListing(reading({ recorded: [{ number: N, boughtAt, seenAt }] })).returned(SENT);
    expect(resold(at(-60), at(301))).toEqual([N]);
    // It may only have been late on the list.
    expect(resold(at(-5), at(301))).toEqual([]);
    expect(resold(at(-60), at(51))).toEqual([]);
  });

  test('is doubted when it lacks what was bought well before it was read', () => {
    const doubtOf = (number: string, boughtAt: Date) =>
      compareListing(reading({ recorded: [{ number, boughtAt, seenAt: null }] })).doubt(SENT);
    expect(doubtOf(M, at(200))).toMatch(/lacks 1 of the numbers/);
    expect(doubtOf(N, at(200))).toBeNull();
    // It may lag so much.
    expect(doubtOf(M, at(241))).toBeNull();
    // Bought before the order, it may have been released since.
    expect(doubtOf(M, at(99))).toBeNull();
  });

  test('is doubted when it is empty and the one before the order was not', () => {
    expect(compareListing(reading({ numbers: [] })).doubt(SENT)).toMatch(/is empty/);
    const lists = [{ beganAt: at(50), endedAt: at(51), size: 0 }];
    expect(compareListing(reading({ numbers: [], lists })).doubt(SENT)).toBeNull();
  });
});
