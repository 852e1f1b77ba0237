/**
 * Refusals that lead to another purchase by themselves: "busy" sends the order again, "stock" asks
 * for what is lacking in other area codes, and "credentials" sends the order again once the account
 * is resumed.
 */
import { describe, expect, it, test } from 'vitest';
import { isPlain } from '../../src/vendor/answer/plain-words.ts';
import { type Means, readMeanings } from '../../src/vendor/answer/refusals.ts';

const meaningOf = readMeanings();

/** Each says in plain words that something was bought, or may be, with a verb of its own. */
const SALES: Record<'busy' | 'stock' | 'credentials', string[]> = {
  busy: [
    'Too many requests; 3 numbers were claimed',
    'Your account has these numbers now; rate limit exceeded',
    'Rate limit exceeded after 3 numbers',
    'Numbers have been put into your account. Service temporarily unavailable',
    'Numbers moved to your account; try again later',
    'Please wait while we finish your order. Server too busy',
    'Your numbers will arrive shortly. Server busy',
    'We are setting up your numbers, try again later',
    'Request taken; try again later for the result',
    'Too many requests. 3',
    'Too many requests: (3)',
    'In your account: 3 numbers. Try again later',
    'Try again later. Those that you asked for went through',
    'Numbers: 3. Rate limit exceeded',
    'Demasiadas solicitudes. Rate limit exceeded',
    // Of known words, but in no known sentence
    'Unable to complete your order within 30 seconds. Server busy.',
    'Unable to process your order in time. Server busy.',
    'Server busy. Wait.',
    'Too many requests. Check your account for this order.',
    'Too many requests for this order',
    'System busy. Contact support for the status of your request.',
    'Request: later. Server busy',
    'Too many requests. Status: 10',
    'Too many requests. Status code 10',
    'Too many requests. Reason: 3',
    'Too many requests from 3',
  ],
  stock: [
    'Only 3 of 5 numbers were available and are now in your account. Insufficient inventory',
    'You have been given 3 numbers; no more numbers available',
    'Insufficient inventory: 3 numbers received, 2 missing',
    '3 numbers went through, no numbers available for the other 2',
    'Card authorized; no numbers available',
    // The gap between known words counts, too.
    'Numbers moved to you; others not available',
    'No numbers gave up available',
    'Quantity taken: 3, rest unavailable',
    'No numbers available (area code: 3)',
    'No numbers available for type 3',
    'No numbers available, choose another or your order',
    'No numbers available any more: you took the last ones',
    'Not enough numbers available to fill your order right now. Please wait for your order.',
    'No more numbers available. Please check your account for this order.',
    'Unable to complete the request within 30 seconds. No numbers found.',
  ],
  credentials: [
    '3 numbers handed out. Access denied',
    'Access key for 3 numbers has expired',
    'Authentication failed after 3 numbers',
  ],
};

/** What a vendor may well add. */
const PLAIN: Record<'busy' | 'stock' | 'credentials', string[]> = {
  busy: [
    'Too many requests. Please slow down.',
    'Error 429: Too many requests',
    'Too Many Requests (code 17)',
    'E-17: request throttled. Retry in 5 seconds.',
    'You have made too many requests',
    'You have exceeded your rate limit. Please wait 30 seconds.',
    'API rate limit exceeded for this account',
    'Rate limit of 4 requests per second exceeded',
    'Your request limit has been reached, try again in an hour',
    'Server is too busy, please try again in a few minutes',
    'The service is temporarily unavailable. Please try your request again later.',
    'We apologize, the system is busy',
    'Sorry for the inconvenience, please try again shortly',
    'Please try again later or contact support',
    'Service temporarily unavailable due to high demand',
    'The system is down for maintenance. Try again later',
    'Too many API calls for this access key',
    'Unable to complete your order at this time. Server busy.',
    'Rate limit exceeded, try later',
    'Too many requests from this IP, please try again later.',
    'Status: 429. Too many requests',
    'HTTP status code 429: too many requests',
    'Server busy - wait 30 seconds and try again',
  ],
  stock: [
    'No numbers available in 212',
    'There are no local numbers available for 212555',
    'Sorry, there are currently no numbers available for area code 212.',
    'No numbers available for NPA 212 NXX 555',
    'No numbers available in 212-555',
    'no numbers available (area code: 212)',
    'No numbers available for type local',
    'No numbers available, choose another area code or a different location',
    'No local numbers are available at this time',
    'No toll-free numbers available right now, please try again later',
    'No numbers available in this area. Please try another area code.',
    'No numbers available in the requested area code',
    'No numbers available that match your search criteria',
    'No numbers available for your request',
    'No numbers available for your order right now',
    'No numbers match your search criteria',
    'No numbers available in the 212 area code. Please try a different area code or exchange.',
    'No numbers were found',
    'Error: no numbers available',
    'ERROR 1042 - Out of stock',
    'Unable to fill your order: insufficient inventory',
    'Your order could not be filled: no numbers available',
    'There are not enough numbers available',
    'Not enough numbers in stock to fill your request',
    'There are no numbers left in 212',
    'We could not find any numbers for 212',
    'The requested quantity of 25 is not available',
    'Numbers for 212 are currently unavailable',
    'Unfortunately, numbers in area code 212 are not available.',
  ],
  credentials: [
    'Invalid access_key / secret_access_key',
    'Access denied. Please check your access key.',
    'Authentication failed: invalid access key',
    'Invalid credentials. Please contact support.',
    'Error 401: Unauthorized',
    'Your access key has expired',
  ],
};

const each = (texts: Record<string, string[]>) =>
  Object.entries(texts).flatMap(([means, list]) => list.map((text) => [text, means as Means]));

test.each(each(SALES))('"%s" is not only %s', (text) => {
  expect(meaningOf(text!)).toEqual({ doubt: expect.any(String) });
});

test.each(each(PLAIN))('"%s" says only %s', (text, means) => {
  expect(meaningOf(text!)).toBe(means);
});

test('a tail that makes an order of a known sentence is not known', () => {
  for (const [text] of each({ busy: PLAIN.busy, credentials: PLAIN.credentials })) {
    for (const tail of ['for your order', 'of your request', 'in time', 'on your account']) {
      const whole = `${text!.replace(/\.$/, '')} ${tail}`;
      expect(['busy', 'stock', 'credentials'], whole).not.toContain(meaningOf(whole));
    }
  }
});

describe('words that nobody knows', () => {
  it('are named as the cause of the doubt', () => {
    expect(meaningOf('No numbers available in Gotham')).toEqual({
      doubt: 'in words that are not all known',
    });
  });

  it('are vouched for by a rule of the operator', () => {
    const text = 'No numbers available in Gotham';
    expect(readMeanings([{ match: text, means: 'stock' }])(text)).toBe('stock');
  });

  it('make no doubt of a refusal that leads to no purchase by itself', () => {
    expect(meaningOf('The desk is closed on Sundays')).toBe('refused');
  });

  it('are looked for fast', () => {
    const at = performance.now();
    const pieces = [
      'no ',
      'no local ',
      'access key ',
      'currently ',
      'a',
      '212',
      ' ',
      '# ',
      ' in 212',
      ' in this area code 212',
      ' for your search',
      ' with this criteria',
      ' for your order',
    ];
    for (const piece of pieces) {
      const long = piece.repeat(2_000 / piece.length);
      for (const text of [long, `no numbers${long}`]) {
        isPlain(text);
        expect(isPlain(`${text} x`)).toBe(false);
      }
    }
    expect(performance.now() - at).toBeLessThan(5_000);
  });
});
