import { describe, expect, test } from 'vitest';
import { compareListing, type ListReading, type Missing } from '../../src/evidence/index.ts';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
const [N, M] = ['2125550001', '2125550002'];
const LIST_LAG_MS = 60_000;

const whole: Missing = {
  ...{ gone: [], known: 100, newerThan: 5, neverListed: 0, neverSince: LIST_LAG_MS },
};
const gone = (count: number, overrides: Partial<Missing['gone'][number]> = {}) =>
  Array.from({ length: count }, () => ({
    ...{ listing: 2, goneListing: 8, goneTick: 200_000 },
    ...overrides,
  }));

/** List 9, begun at tick 300,000; orders were sent after lists 2 and 5. */
const reading = (overrides: Partial<ListReading> = {}): ListReading => ({
  id: 9,
  isAlone: true,
  beganTick: 300_000,
  beganAt: at(300),
  numbers: [N],
  baselines: [
    { id: 5, beganTick: 100_000, endedAt: at(101), size: 300 },
    { id: 2, beganTick: 10_000, endedAt: at(11), size: 1 },
  ],
  strays: [],
  resold: [],
  missing: whole,
  sending: [],
  unasked: [],
  lostSince: null,
  listLagMs: LIST_LAG_MS,
  ...overrides,
});

const doubtOf = (missing: Partial<Missing>, overrides: Partial<ListReading> = {}) =>
  compareListing(reading({ missing: { ...whole, ...missing }, ...overrides })).doubt;

describe('a list', () => {
  test('shows the numbers on it that no order has', () => {
    const strays = [N, M].map((number) => ({
      ...{ number: number!, listing: 9, backListing: null, isTaken: false },
      isForeign: false,
    }));
    expect(compareListing(reading({ strays })).sightings).toMatchObject([{ number: N }]);
  });

  test('shows a number that another order bought long before a list that lacked it', () => {
    const from = (endTick: number, baseline = 0) => {
      const resold = [{ number: N!, baseline, endTick, seenListing: 9 }];
      return compareListing(reading({ resold })).sightings[0];
    };
    expect(from(-50_000)).toMatchObject({ listing: 0, backListing: 9, backFrom: 2 });
    // List 2 may only have lagged.
    expect(from(-49_999)).toMatchObject({ backFrom: 5 });
    expect(from(40_001)).toMatchObject({ backFrom: Infinity });
    // Sent after list 5, it is on the next one for the first time.
    expect(from(-50_000, 5)).toMatchObject({ backFrom: Infinity });
  });

  test('is believed when it has all that it must have', () => {
    expect(doubtOf({})).toBeNull();
  });

  test('is doubted when another was read at the same time', () => {
    expect(doubtOf({}, { isAlone: false })).toMatchObject({ finding: 'later' });
  });

  test('is doubted when it lacks numbers that were bought well before', () => {
    const never = { neverListed: 3, neverSince: 240_000 };
    expect(doubtOf(never)).toMatchObject({ finding: 'later' });
    expect(doubtOf(never)?.why).toContain('lacks 3 of the numbers');
    expect(doubtOf({ ...never, neverSince: 239_999 })).toMatchObject({ finding: 'open' });
  });

  test('is doubted for a settling time when it lacks a number of an earlier list', () => {
    expect(doubtOf({ gone: gone(1, { goneTick: 240_001 }) })).toMatchObject({
      finding: 'later',
      why:
        'The list has 1 number and lacks 1 of the 100 that were on it before: ' +
        'it is not complete, or these were just released.',
    });
    expect(doubtOf({ gone: gone(1, { goneTick: 240_000 }) })).toBeNull();
    // Two lists, however short a settling time is.
    const first = gone(1, { goneListing: 9, goneTick: 0 });
    expect(doubtOf({ gone: first }, { listLagMs: 0 })).toMatchObject({ finding: 'later' });
  });

  test('is not believed when more than a tenth of all is missing', () => {
    expect(doubtOf({ gone: gone(10) })).toBeNull();
    expect(doubtOf({ gone: gone(11) })).toMatchObject({ finding: 'open' });
    expect(doubtOf({ gone: gone(4_990), known: 5_000 })?.why).toContain('lacks 4,990 of the 5,000');
  });

  test('is not believed without a number that was bought after the missing one was listed', () => {
    expect(doubtOf({ gone: gone(1, { listing: 5 }) })).toBeNull();
    expect(doubtOf({ gone: gone(1, { listing: 6 }) })).toMatchObject({
      finding: 'open',
      why: expect.stringContaining('for 1 of them it shows nothing that was bought later'),
    });
  });

  test.each([
    [0, true],
    [1, false],
    [99, false],
    [100, true],
    [1_000, true],
    [1_024, true],
    [250, true],
    [25_000, true],
    [18_900, false],
    [125, false],
    // As many as an earlier list had.
    [300, true],
    [1_001, false],
    [128, true],
    [64, false],
  ])('of %d numbers may be cut off: %s', (size, isCut) => {
    const numbers = Array.from({ length: size }, (_, i) => String(2_125_550_000 + i));
    expect(compareListing(reading({ numbers })).cut !== null).toBe(isCut);
  });

  test.each([
    [150, true],
    [350, true],
    [750, true],
    [1_250, true],
    [160, false],
    [50, false],
  ])('of %d numbers, as many as before, may be cut off: %s', (size, isCut) => {
    const numbers = Array.from({ length: size }, (_, i) => String(2_125_550_000 + i));
    const baselines = [{ id: 5, beganTick: 100_000, endedAt: at(101), size }];
    expect(compareListing(reading({ numbers, baselines })).cut !== null).toBe(isCut);
    expect(compareListing(reading({ numbers })).cut).toBeNull();
  });

  test('may be only a part when it has no number that was known before', () => {
    const cutWith = (strays: [string, number][]) => {
      const seen = strays.map(([number, listing]) => {
        return { number, listing, backListing: null, isTaken: false, isForeign: false };
      });
      return compareListing(reading({ numbers: [N!, M!], strays: seen })).cut;
    };
    const both = (listing: number): [string, number][] => [
      [N!, 9],
      [M!, listing],
    ];
    expect(cutWith(both(9))).toContain('no number that was known before');
    expect(cutWith(both(3))).toContain('no number that was known before');
    // A list before the unknown orders had one, or an order has it.
    expect(cutWith(both(2))).toBeNull();
    expect(cutWith([[N!, 9]])).toBeNull();
  });
});
