/** Books without a fault, for tests that plant one. */
import type { Facts, OrderFact } from './judge.ts';

export const CLAIMED = Date.parse('2026-01-01T12:00:00Z');
const SEARCH = '212555';
export const [A, B, C, D] = ['2125550001', '2125550002', '2125550003', '2125550004'] as const;

export const attempt = (outcome: string | null, at = CLAIMED) => ({
  outcome,
  claimedAt: new Date(at),
});
export const request = (
  sold: string[],
  overrides: Partial<Omit<Facts['requests'][number], 'sold'>> = {},
) => ({ search: SEARCH, quantity: 2, sold, at: CLAIMED + 500, ...overrides });

export const order = (overrides: Partial<OrderFact> = {}): OrderFact => ({
  id: 1,
  root: overrides.id ?? 1,
  search: SEARCH,
  quantity: 2,
  kind: 'these',
  isJudged: false,
  state: 'filled',
  disputed: [],
  numbers: [A, B],
  attempts: [attempt('filled')],
  ...overrides,
});

export const facts = (overrides: Partial<Facts> = {}): Facts => ({
  orders: [order()],
  plans: [],
  audit: [],
  requests: [request([A, B])],
  isWhole: true,
  isTimed: true,
  isByAnswers: false,
  ...overrides,
});
