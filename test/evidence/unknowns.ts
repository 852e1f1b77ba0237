/** Unknown orders, and lists to judge them by. */
import type { Listing, Sighting, UnknownAttempt } from '../../src/evidence/index.ts';

export const LIST_LAG_MS = 60_000;
/** The list before the orders were sent, and the one that judges them. */
export const [BEFORE, NOW] = [1, 2];

/** What an order of plan 1 asks for: numbers in 212. */
export const ASKED = {
  plan: 1,
  type: 'local',
  areaCode: '212',
  distance: null,
  allowOverlay: null,
  fillQuantity: false,
  cleansedOnly: null,
  smsSupported: null,
  orderSlot: null,
} as const;

/** Ended at tick 20,000, ten numbers in 212. */
export const unknown = (overrides: Partial<UnknownAttempt> = {}): UnknownAttempt => ({
  ...ASKED,
  order: 1,
  attempt: 1,
  disputed: 0,
  lacking: 10,
  named: [],
  baseline: BEFORE,
  hasOldBaseline: false,
  endTick: 20_000,
  wasEnded: true,
  isElsewhere: false,
  ...overrides,
});

export const sighting = (number: string, overrides: Partial<Sighting> = {}): Sighting => ({
  ...{ number, listing: NOW, backListing: null, backFrom: 0, hasOrder: false, isTaken: false },
  isForeign: false,
  ...overrides,
});

/** Read at tick 100,000, with these numbers new and nothing in flight. */
export const listing = (strays: string[], overrides: Partial<Listing> = {}): Listing => ({
  beganTick: 100_000,
  readAt: new Date(1_800_000_100_000),
  endedAt: () => new Date(1_800_000_000_000),
  sightings: strays.map((number) => sighting(number)),
  sending: [],
  unasked: [],
  lostSince: null,
  doubt: null,
  cut: null,
  ...overrides,
});

/** Numbers that were owned, were gone, and are back. */
export const back = (strays: string[]) => ({
  sightings: strays.map((number) => sighting(number, { listing: BEFORE, backListing: NOW })),
});

export const numbers = (code: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${code}${String(i).padStart(10 - code.length, '5')}`);
