import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PRICES_FILE } from '../support/prices.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { EAST, faultsOf, folderOf, read, TRY, WEST } from './accounts-file.ts';

const DAY = { day: { numbers: 25 } };
const ofAda = (limits: object) => ({ people: { ada: limits } });
const WHO = 'ACCOUNTS_FILE, account';

describe('a fault in a file of accounts is', () => {
  test.each<[string, unknown, string]>([
    ['no list', { accounts: [] }, 'which must hold a list of accounts'],
    ['an empty list', [], 'which must hold a list of accounts'],
    ['what is no account', [7], `${WHO} 1: must be an object, such as {"name": "east"`],
    ['an account without a name', [{ mode: 'sandbox' }], `${WHO} 1: name is missing.`],
    [
      'a name that cannot be part of an address',
      [{ name: 'East 1', mode: 'sandbox' }],
      `${WHO} 1: name must be of a to z, 0 to 9 and -, 40 at most.`,
    ],
    ['no mode', [{ name: 'a' }], `${WHO} 1: mode must be "live" or "sandbox".`],
    [
      'a live account without keys',
      [{ name: 'east', mode: 'live' }],
      `${WHO} 1: a live account needs accessKey and secretAccessKey, or accessKeyFile ` +
        'and secretAccessKeyFile.',
    ],
    [
      'half a pair of keys',
      [{ ...EAST, secretAccessKey: undefined }],
      `${WHO} 1: a live account needs secretAccessKey, or secretAccessKeyFile.`,
    ],
    [
      'a sandbox with keys',
      [{ ...EAST, mode: 'sandbox' }],
      `${WHO} 1: it has keys, and a sandbox has none.`,
    ],
    [
      'a key that is there twice',
      [{ ...EAST, accessKeyFile: 'key' }],
      `${WHO} 1: it has both accessKey and accessKeyFile: keep one of them.`,
    ],
    ['an empty key', [{ ...EAST, accessKey: ' ' }], `${WHO} 1: accessKey is empty.`],
    [
      'two accounts of one name',
      [EAST, { ...WEST, name: 'east' }],
      `${WHO} 2: there is another account of that name.`,
    ],
    [
      "two accounts that are one of the vendor's",
      [EAST, { ...WEST, accessKey: 'e-open' }],
      `${WHO} 2: it has the access key of "east".`,
    ],
    [
      'a live account without a pace',
      [TRY, { ...EAST, rate: 'none' }],
      'The pace of "east" is none, and a live account must have one',
    ],
    [
      'keys beside the file',
      [EAST],
      'ACCOUNTS_FILE is set, with keys beside it: put them into the file, or unset one of the two.',
    ],
  ])('%s', async (_, accounts, what) => {
    const besides = what.includes('beside') ? { DIALOGTECH_ACCESS_KEY: 'x' } : {};
    const faults = await faultsOf(accounts, besides as Record<string, string>);
    expect(faults).toEqual([expect.stringContaining(what)]);
    expect(faults.join()).not.toMatch(/open|sesame/);
  });

  test.each<[string, object, string]>([
    ['another property', { speed: 3 }, 'has a property that is none of name, mode, '],
    [
      'a path of a shell',
      { pricesFile: '~/p' },
      'pricesFile begins with ~ or $, which only a shell replaces',
    ],
    ['a pace of 0', { rate: 0 }, 'rate must be orders per second, from 0.01 to 1000, or "none".'],
    ['a pace of null', { rate: null }, 'rate must be orders per second'],
    ['a pace in words', { rate: '4' }, 'rate must be orders per second'],
    ['half an order', { concurrency: 1.5 }, 'concurrency must be a whole number of orders'],
    [
      'a daily limit below an order',
      { dailyNumbers: 24 },
      'dailyNumbers must be a whole number of numbers from 25',
    ],
    [
      'two limits for a day',
      { dailyNumbers: 50, limits: DAY },
      'it has both dailyNumbers and limits for a day: put the numbers into limits.',
    ],
  ])('in a sandbox: %s', async (_, more, what) => {
    const faults = await faultsOf([{ ...TRY, ...more }]);
    expect(faults).toEqual([expect.stringContaining(`${WHO} 1: ${what}`)]);
  });

  test.each<[string, object, string]>([
    [
      'of a month below the largest order',
      { month: { numbers: 24 } },
      'month numbers must be 25 or more: an order may be that large.',
    ],
    [
      'on money without prices',
      ofAda({ plan: { money: '10' } }),
      'people 1 plan money needs prices: name them with pricesFile.',
    ],
    [
      'of a person without any',
      ofAda({}),
      'people 1 must be an object of plan, day, month, such as',
    ],
    [
      'of a name that nobody can have',
      { people: { 'ada ': DAY } },
      'people 1 must begin with a letter or a digit, and have only plain letters',
    ],
    [
      'under two names',
      { people: { ada: DAY, 'system:Ada': DAY } },
      'people 2 is the same person as another name.',
    ],
    ['on nothing', { day: {} }, 'day must have numbers, money or both.'],
    [
      'of a week',
      { week: { numbers: 25 } },
      'has a property that is none of plan, day, month, people.',
    ],
    ['as a number', { day: { money: 250 } }, 'day money must be a text such as "250.00".'],
  ])('a limit %s', async (_, limits, what) => {
    const faults = await faultsOf([{ ...TRY, limits }]);
    expect(faults).toEqual([expect.stringContaining(`${WHO} 1: limits ${what}`)]);
  });

  test('a limit on money below what each order costs', async () => {
    const account = { ...TRY, pricesFile: 'prices.json', limits: { day: { money: '37.49' } } };
    const folder = folderOf([account], { 'prices.json': JSON.stringify(PRICES_FILE) });
    await expect(read(folder)).rejects.toThrow(
      'limits day money must be 37.50 USD or more: an order of 25 costs at least that.',
    );
  });

  test('a file of keys that is not there, or empty', async () => {
    const entry = {
      name: 'a',
      mode: 'live',
      accessKeyFile: '/nowhere/key',
      secretAccessKeyFile: 'none',
    };
    const folder = folderOf([entry], { none: '\n' });
    await expect(read(folder)).rejects.toThrow(
      expect.objectContaining({
        details: {
          faults: [
            `${WHO} 1: accessKeyFile names a file (its name is not shown: it may be the ` +
              'key), which cannot be read (ENOENT).',
            `${WHO} 1: secretAccessKeyFile names ${join(folder, 'none')}, which is empty.`,
          ],
        },
      }),
    );
  });

  test('a file that is not there', async () => {
    const folder = temporaryFolder();
    await expect(read(folder)).rejects.toThrow(
      `ACCOUNTS_FILE names ${join(folder, 'accounts.json')}, which cannot be read (ENOENT).`,
    );
  });

  test.each<[string, string]>([
    ['[\n  {"name": "a", "accessKey": sekrit},\n]', 'line 2, column 30'],
    ['[{"name": "a" "accessKey": "sekrit"}]', 'line 1, column 15'],
    ['[{"name": "a", "accessKey": "sekrit"},]', 'line 1, column 39'],
    ['[{"name": "sekrit"}', 'line 1, column 20'],
    ['', 'its end, which comes too early'],
  ])('%j, which is no JSON: the place is named, and not the text there', async (text, place) => {
    const faults = await faultsOf(text);
    expect(faults).toEqual([expect.stringContaining(`which is not JSON: see ${place}.`)]);
    expect(faults.join()).not.toContain('sekrit');
  });

  test('a name that an account has twice', async () => {
    const text = '[{"name": "try", "mode": "live",\n  "mode": "sandbox"}]';
    expect(await faultsOf(text)).toEqual([
      expect.stringContaining('which has a name twice: see line 2, column 3.'),
    ]);
  });

  test('each of many, and all are reported together', async () => {
    const accounts = [{ name: 'a', mode: 'live' }, { ...TRY, rate: -1, speed: 2 }, TRY, TRY];
    const faults = await faultsOf(accounts, { PORT: '-1' });
    expect(faults.map((fault) => fault.match(/^(PORT|.*?account \d)/)?.[0]).sort()).toEqual([
      `${WHO} 1`,
      `${WHO} 2`,
      `${WHO} 2`,
      `${WHO} 4`,
      'PORT',
    ]);
  });
});
