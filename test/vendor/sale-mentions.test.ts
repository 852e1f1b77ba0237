import { describe, expect, it } from 'vitest';
import { type Means, readMeanings } from '../../src/vendor/answer/refusals.ts';
import { mentionsSale } from '../../src/vendor/answer/sale-mentions.ts';

const SALES = [
  'Your order has been placed',
  'Order placed, but the answer could not be made',
  '3 numbers were purchased',
  'Numbers bought: 3',
  'Numbers have been provisioned',
  'Numbers reserved for 10 minutes',
  '3 numbers sold',
  'Your request is being processed',
  'An error occurred while processing your order',
  'Order in progress',
  'PENDING',
  'order_pending',
  'Your order is queued',
  'Order accepted; it will be completed shortly',
  'Partially filled: 3 of 25',
  'Partial order',
  'The order was partially completed',
  'Order complete',
  'Duplicate order',
  'This request is a duplicate',
  'Already ordered',
  'Your order was received',
  'The request already exists',
  'You already own these numbers',
  'Your account has been charged',
  'Numbers have been assigned to your account',
  'Success',
  'isSuccess: true',
  'Carrier timeout',
  'The request timed out',
  // These sound like a denial and are none
  'Not all numbers could be purchased',
  'Not only placed but confirmed',
  'The order has not yet been processed',
  'The order has not been processed yet',
  'The order was not filled completely',
  'Only 3 numbers could be purchased',
  'No, your order was placed',
  'No. Order placed.',
  'No doubt your order was placed',
  'No more numbers could be purchased',
  '10 numbers purchased',
  '1.0 numbers purchased',
  'The first order was not placed; the second order was placed',
  'Not confirmed, but reserved',
  'Too many requests. Success.',
  'Too many requests success',
];

const PLAIN = [
  'The order could not be placed',
  'Your order has not been placed',
  'Your order was not processed',
  'The request could not be processed successfully',
  'These numbers cannot be purchased',
  "The order couldn't be completed",
  'The order can’t be filled',
  'True 800 numbers can not be ordered',
  'No order was placed',
  'No numbers were purchased',
  'No phone numbers could be reserved',
  '0 numbers purchased',
  'Nothing has been bought',
  'None of the numbers were purchased',
  'Neither placed nor reserved',
  'The order was not placed or confirmed',
  'You have not been charged',
  'The request was not successful',
  'Request unsuccessful',
  'Too many requests are being processed',
  'Too many pending orders',
  'Too many successive requests',
  '{"success":false}',
  '{ "isSuccess" : false }',
  'All rights reserved',
  'Accepted values: 0 and 1',
  'Sold out',
  'Invalid parameter received',
  'The submitted area code is invalid',
  'Duplicate parameter: search',
  'The order type does not exist',
  'The number was misplaced',
  'Account is deactivated',
];

describe('an answer speaks of a sale', () => {
  it.each(SALES)('%s', (text) => {
    expect(mentionsSale(text)).toBe(true);
    expect(readMeanings()(text)).toEqual({ doubt: 'but its words speak of an order' });
  });
});

describe('an answer speaks of none', () => {
  it.each(PLAIN)('%s', (text) => expect(mentionsSale(text)).toBe(false));

  it('in the words of every answer', () => {
    expect(mentionsSale('<response><result>failed</result><result_description>')).toBe(false);
  });
});

describe("an operator's rule", () => {
  const meaning = (match: string, means: Means, text: string, whole?: string) =>
    readMeanings([{ match, means }])(text, whole);

  it('vouches for the words that it matches', () => {
    const text = 'E-17: your order  is being processed elsewhere';
    expect(meaning(text, 'refused', text)).toBe('refused');
    expect(meaning('is being processed elsewhere', 'busy', text)).toBe('busy');
    expect(meaning('/^E-\\d+: .* processed/', 'stock', text)).toBe('stock');
    expect(meaning(text, 'stock', text, `<a>${text}</a>`)).toBe('stock');
  });

  it.each([
    ['available', '3 numbers available and purchased'],
    ['processed', 'Order placed, not processed'],
    // Without the match, what is left would read "no order placed".
    ['new', 'no new order placed'],
    ['is queued', 'Your order is queued. Your order is placed.'],
  ])('"%s" vouches for no other words: %s', (match, text) => {
    expect(meaning(match, 'stock', text)).toEqual({ doubt: 'but its words speak of an order' });
  });

  it('does not vouch for what a comment says', () => {
    const text = 'Your order is queued';
    expect(meaning(text, 'busy', text, `<!-- placed --><a>${text}</a>`)).toEqual({
      doubt: 'but its words speak of an order',
    });
  });
});

it('a long text is searched fast', () => {
  const long = ['no order ', 'not ', "n't", 'order a ', 'too many ', 'success', ' '].map((piece) =>
    piece.repeat(65_000 / piece.length),
  );
  const at = performance.now();
  for (const text of long) mentionsSale(text);
  // Quadratic would be minutes.
  expect(performance.now() - at).toBeLessThan(5_000);
});
