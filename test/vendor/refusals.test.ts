import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { type Means, readMeanings } from '../../src/vendor/answer/refusals.ts';
import { readRefusalRules } from '../../src/vendor/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TEXTS: Record<Means, string[]> = {
  stock: [
    'No numbers available',
    'NO NUMBERS AVAILABLE.',
    'no  numbers\n available',
    'Sorry, no local numbers are available in area code 212',
    'There are no available phone numbers for 212555',
    'No matching numbers found',
    'No numbers found matching your search',
    'No inventory available',
    'Numbers not available',
    'The requested number criteria is not available',
    'Requested quantity is not currently available',
    'Requested quantity unavailable',
    'Area code not available',
    'Insufficient inventory',
    'Not enough numbers available to fill the order',
    'Insufficient quantity available',
    'Out of stock',
    'Unable to find any available numbers',
    'No numbers available, please try again later',
  ],
  credentials: [
    'Invalid access key',
    'Invalid access_key or secret_access_key',
    'Invalid secret access key',
    'Invalid API key',
    'Access key not found',
    'The access_key is missing',
    'Your secret_access_key is incorrect',
    'API key has been disabled',
    'Invalid credentials',
    'Invalid account credentials',
    'Authentication failed',
    'Authentication error',
    'Could not authenticate',
    'Unable to authenticate the request',
    'Not authenticated',
    'Access denied',
    'Access is denied.',
    'Unauthorized',
    'Unauthorised access',
  ],
  busy: [
    'Too many requests',
    'Too many API calls',
    'Rate limit exceeded',
    'rate-limited',
    'Request limit reached for this account',
    'You are being throttled',
    'Please try again later',
    'Try again in a few seconds',
    'Service temporarily unavailable',
    'The system is busy',
    'Server overloaded',
  ],
  refused: [
    'Invalid parameter',
    'Invalid parameter: access',
    'Invalid key word in search',
    'Invalid type',
    'Invalid quantity',
    'Invalid number',
    'Number is invalid',
    'Missing parameter: search',
    'No number was given',
    'No quantity specified',
    'No numbers requested',
    'Too many numbers requested',
    'Quantity exceeds the limit of 25',
    'Insufficient funds to buy numbers',
    'Insufficient slots',
    'No available slots for numbers',
    'No slots available',
    'You do not have enough slots',
    'Account limit reached',
    'Payment required',
    'Account is suspended',
    'You are not authorized to order True 800 numbers',
    'Unauthorized to order toll free numbers',
    'Overlay is not supported for cleansed only requests',
    'Service not available in your country',
    'This feature is not available for your account',
    'failed',
    'x',
  ],
};

describe('the built-in refusal rules', () => {
  const meaningOf = readMeanings();
  describe.each(Object.entries(TEXTS))('understand as %s', (means, texts) => {
    it.each(texts)('%s', (text) => expect(meaningOf(text)).toBe(means));
  });
});

describe("an operator's refusal rules", () => {
  it('come first, and the first that matches decides', () => {
    const meaningOf = readMeanings([
      { match: 'available', means: 'busy' },
      { match: 'no numbers', means: 'refused' },
    ]);
    expect(meaningOf('No numbers available')).toBe('busy');
    expect(meaningOf('no numbers left')).toBe('refused');
    expect(meaningOf('Access denied')).toBe('credentials');
  });

  it('match text in any case, letter for letter', () => {
    const meaningOf = readMeanings([{ match: 'Sold  out (E.7)', means: 'stock' }]);
    expect(meaningOf('all SOLD OUT (e.7) today')).toBe('stock');
    expect(meaningOf('sold out (Ex7)')).toBe('refused');
  });

  it('match regular expressions between slashes', () => {
    const meaningOf = readMeanings([{ match: '/^E-\\d+: none/', means: 'stock' }]);
    expect(meaningOf('e-42: NONE left')).toBe('stock');
    expect(meaningOf('see e-42: none left')).toBe('refused');
  });

  it.each(['', '  ', '//', '/(/'])('cannot be "%s"', (match) => {
    expect(() => readMeanings([{ match, means: 'stock' }])).toThrow(AppError);
  });

  it('leave a text in doubt when they take too long', () => {
    const meaningOf = readMeanings([{ match: '/^(b+)+$/', means: 'stock' }]);
    expect(meaningOf(`${'b'.repeat(60)}!`)).toEqual({ doubt: expect.stringMatching('too long') });
  });

  it('are not tried on a text that is longer than any refusal', () => {
    const meaningOf = readMeanings([{ match: 'no numbers', means: 'stock' }]);
    expect(meaningOf('no numbers')).toBe('stock');
    expect(meaningOf(`no numbers ${'available '.repeat(200)}`)).toEqual({
      doubt: 'in more words than a refusal has',
    });
  });
});

describe('a file of refusal rules', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'rules.json');
  const readFile = (text: string) => {
    writeFileSync(path, text);
    return readRefusalRules(path);
  };

  it('is a list of rules', () => {
    const rules = [
      { match: 'none left', means: 'stock' },
      { match: '/^E4/', means: 'refused' },
    ];
    expect(readFile(JSON.stringify(rules))).toEqual(rules);
    expect(readFile('[]')).toEqual([]);
  });

  it('has all its faults reported, by rule and field', () => {
    const rules = [
      { match: 'fine', means: 'stock' },
      { match: '/(/', means: 'stock' },
      { match: '', means: 'sold out' },
      { match: 'x', means: 'busy', note: 1 },
      'x',
    ];
    const fault = faultOf(() => readFile(JSON.stringify(rules)));
    expect(fault).toMatchObject({ code: 'bad_config' });
    const faults = ['rule 2, match', 'rule 3, match', 'rule 3, means', 'rule 4', 'rule 5'];
    for (const words of [path, ...faults]) expect(fault.message).toContain(words);
    expect(fault.message).not.toContain('rule 1');
  });

  it('has no expression that repeats a repetition', () => {
    const fault = faultOf(() => readFile('[{"match": "/^(a+)+$/", "means": "stock"}]'));
    expect(fault.message).toContain('rule 1, match: /^(a+)+$/ takes too long');
  });

  it.each([
    ...['', '{', '{"match":"x","means":"stock"}', 'null', '[1]'],
    '[{"match":"x","means":"refused","means":"stock"}]',
  ])('is not %j', (text) => {
    expect(faultOf(() => readFile(text))).toMatchObject({ code: 'bad_config' });
  });

  it('must exist', () => {
    const fault = faultOf(() => readRefusalRules(join(folder, 'other.json')));
    expect(fault).toMatchObject({ code: 'bad_config', message: expect.stringContaining('ENOENT') });
  });

  function faultOf(operation: () => unknown): AppError {
    try {
      operation();
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error('it was read');
  }
});
