import { describe, expect, it } from 'vitest';
import { mentionsFault } from '../../src/vendor/answer/fault-mentions.ts';
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
  'Numbers were added to your account, but the system is busy',
  '3 numbers have been delivered. Rate limit reached',
  'Numbers obtained. Could not find numbers routing',
  'We acquired 3 numbers; try again later',
  'Numbers issued. No numbers available',
  '2 numbers secured, too many requests',
  'Numbers granted',
  'Numbers procured',
  'Numbers were allotted to you',
  'The slots were booked',
  'Your card was debited',
  'Your balance was deducted',
  '3 numbers created',
  'The numbers are now registered to you',
  'You got 3 numbers, try again later',
  'The numbers are yours. Rate limit reached',
  'Order approved, rate limit reached',
  'Please wait for your order',
  'Check your account for this order',
  'Contact support for the status of your request',
  'Try again later for the status of your purchase',
  'System busy, check your account for your order',
  'Check your e-mail for this order',
  'Server busy, please wait for your order',
  'Please wait 5 minutes for your order',
  'Try again later for the status of your request',
  'Wait, the first one is running',
  'Your request is being handled',
  'The first one went through',
  'You asked twice',
  'We are working on it',
  'Please do not repeat it',
  "Don't send it again",
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
  'Not all numbers were added',
  'The numbers were not delivered yet',
  'Only 2 numbers could be obtained',
  'No more numbers could be acquired',
  'Numbers could not be delivered, but were added',
  'The first order was not placed; the second order was placed',
  'Not confirmed, but reserved',
  'Too many requests. Success.',
  'Too many requests success',
];

const FAULTS = [
  'Internal error. Please try again later',
  'Internal server error',
  'INTERNAL_ERROR',
  'E_UPSTREAM_1',
  'InternalServerError',
  'Unexpected error, try again later',
  'An unknown error occurred. Try again later',
  'Server error: try again later',
  'System error',
  'Database failure',
  'SQL error',
  'A technical problem occurred, try again later',
  'Network failure. Try again later',
  'An error has occurred. Try again later',
  'Something went wrong, try again later',
  'Error while buying, try again later',
  'Error placing your order. Try again later',
  'Database connection lost. Try again later',
  'Lost connection to the server',
  'Connection reset by peer',
  'The connection to the carrier was closed. Try again later',
  'The server closed the connection',
  'MySQL server has gone away',
  'Upstream did not respond, try again later',
  "The carrier didn't respond",
  'The carrier is not responding, try again later',
  'The carrier failed to respond',
  'No response from the carrier, try again later',
  'Carrier unreachable. Try again later',
  'Could not reach the carrier, try again later',
  'Bad gateway',
  'Gateway temporarily unavailable',
  'The backend is busy',
  'java.lang.NullPointerException',
  "Exception of type 'System.Exception' was thrown",
  'Transaction aborted. Try again later',
  'The request was interrupted',
  'Deadlock found, try again later',
  'Broken pipe',
  'The outcome is unclear. Try again later',
  'Unable to confirm the order, try again later',
  'Error 503, try again later',
  'Carrier timeout',
  'The request timed out',
  'RequestTimeout',
  'Unable to complete your order within 30 seconds',
  'Your order could not be filled in time',
  'Unable to find numbers for your order within 30 seconds',
  'Deadline exceeded, try again later',
  'The request took too long',
  'HTTP/1.1 500',
  'Unable to save the order',
  'Your order was not saved. Try again later',
  // What it denies does not say where the fault was.
  'The order could not be completed: internal error',
  'No numbers were added, because the connection was lost',
  'No numbers available: upstream error',
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
  'No numbers were added',
  'No numbers have been added to your account',
  'No toll-free numbers have been added',
  'The numbers could not be delivered',
  'Nothing was purchased or added',
  'These numbers cannot be obtained or delivered',
  'None of the numbers could be secured',
  '0 numbers acquired',
  'Access was not granted',
  'No permission granted to order',
  'A slot must be added first',
  'Undelivered',
  'Unsecured',
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
  'Parameter error',
  'The number is not SMS enabled',
  'No numbers for live accounts',
  'The access key could not be verified',
  'Invalid response format',
  'Connection limit exceeded',
  'Unknown type',
  'Your request could not be handled',
  'Your account balance is insufficient for this order',
  'Unable to fill your order at this time',
  'You cannot make more than 4 requests in 10 seconds',
  'All area codes with the exception of 212',
  'See the documentation for the request format',
  'Check the request format',
  'Contact support for the request limit',
  'Please verify the parameters for this request',
  'check the value for this request',
  'Invalid quantity. Do not retry.',
  'Original order not found',
  'The original order was not found',
  'Unable to find the original request',
  'You cannot order more than 25 numbers in a minute',
];

describe('an answer speaks of a sale', () => {
  it.each(SALES)('%s', (text) => {
    expect(mentionsSale(text)).toBe(true);
    expect(readMeanings()(text)).toEqual({ doubt: 'but its words speak of an order' });
  });
});

describe('an answer speaks of a fault on the way', () => {
  it.each(FAULTS)('%s', (text) => {
    expect(mentionsFault(text)).toBe(true);
    expect(readMeanings()(text)).toEqual({ doubt: 'but its words speak of a fault on the way' });
  });
});

describe('an answer speaks of neither', () => {
  it.each(PLAIN)('%s', (text) => {
    expect(mentionsSale(text)).toBe(false);
    expect(mentionsFault(text)).toBe(false);
  });

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
  for (const text of [...long, 'error '.repeat(11_000), 'connection a '.repeat(5_000)]) {
    mentionsSale(text);
    mentionsFault(text);
  }
  // Quadratic would be minutes.
  expect(performance.now() - at).toBeLessThan(5_000);
});
