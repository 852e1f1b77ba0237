import type { AnswerRecord, ClaimedOrder } from '../src/ledger/index.ts';

/** The answers to these orders that the vendor sold all they asked for. */
export function filled(claimed: ClaimedOrder[]): AnswerRecord[] {
  return claimed.map(({ id, attempt, nonce, planKey, quantity }) => ({
    ...{ orderId: id, attempt, nonce, planKey, outcome: 'filled', state: 'filled' },
    numbers: Array.from({ length: quantity }, (_, at) => `${8e9 + (id % 1e7) * 25 + at}`),
    ...{ status: 200, what: 'filled', body: null, waitMs: null, retryAfterMs: null },
  }));
}
