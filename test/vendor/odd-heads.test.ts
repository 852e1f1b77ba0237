/**
 * Heads of an order's answer that tell of an order, a sale or a part in a name that nobody knows.
 * After a pause, and for what a sale lacks, numbers are bought again: such a head is doubt.
 */
import { describe, expect, it } from 'vitest';
import { judged } from './judged.ts';
import { failure, numbersFrom, sale } from './seed-answer.ts';
import { USUAL_HEADS } from './usual-heads.ts';

const FIVE = sale(numbersFrom(5555550100, 5));
const ANSWERS: Record<string, [status: number, body: string]> = {
  'a pause': [429, ''],
  'a pause in words': [200, failure('Too many requests')],
  'a short sale': [200, FIVE],
  'a refusal': [200, failure('No numbers available')],
};

function outcome(kind: string, lines: string[], words = 'X') {
  const [status, body] = ANSWERS[kind]!;
  const fields = lines.map((line) => line.split(/: */, 2) as [string, string]);
  const headers = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
  const head = [`HTTP/1.1 ${status} ${words}`, ...lines, '', ''].join('\r\n');
  return judged(status, body, { headers, head, order: { quantity: 10, fillQuantity: false } })
    .outcome;
}

const kinds = Object.keys(ANSWERS);

it.each([
  'X-Quantity-Sold: 10',
  'X-Order-Id: 778',
  'X-Order-Status: open',
  'Location: /orders/17',
  'X-Charge: 25.00',
  'X-Numbers: 10',
  'X-Purchase: 17',
  'X-Sales: 10',
  'X-Qty: 10',
  'X-Invoice: 17',
  'X-Info: order 17 is open',
  'X-Info: sold',
  'X-Order-Part: 1 of 2',
  'X-Part: 1/2',
  'X-Backorder: 5',
  'X-Order-Incomplete: 1',
  'X-Remaining-Quantity: 5',
  'X-Info: more to come',
  'X-Info: connection lost',
])('an answer of any kind that may lead to another purchase is doubt with %s', (field) => {
  expect(kinds.filter((kind) => outcome(kind, [field]) !== 'unknown')).toEqual([]);
});

it.each(['Part 1 of 2', 'More to come', 'Order 17 open', 'Partial'])(
  'and with the status line %s',
  (words) => {
    expect(kinds.filter((kind) => outcome(kind, [], words) !== 'unknown')).toEqual([]);
  },
);

describe('Retry-After', () => {
  it('is doubt with a sale of fewer than asked: the rest may come', () => {
    expect(outcome('a short sale', ['Retry-After: 5'])).toBe('unknown');
    expect(outcome('a short sale', ['X-Retry-In: 5'])).toBe('unknown');
  });

  it('is none with a pause or a refusal', () => {
    for (const field of ['Retry-After: 5', 'X-Retry-After-Ms: 5000', 'Retry-After: soon']) {
      expect(outcome('a pause', [field])).toBe('throttled');
      expect(outcome('a pause in words', [field])).toBe('throttled');
      expect(outcome('a refusal', [field])).toBe('short');
    }
  });
});

it.each(USUAL_HEADS)('the head of %s leaves no doubt', (_from, fields) => {
  const outcomes = kinds.map((kind) => outcome(kind, fields));
  expect(outcomes).toEqual(['throttled', 'throttled', 'short', 'short']);
});

it.each(['Too Many Requests', 'Too many orders', 'Rate limit exceeded', 'Slow down', ''])(
  'a pause is one with the status line 429 %s',
  (words) => expect(outcome('a pause', [], words)).toBe('throttled'),
);
