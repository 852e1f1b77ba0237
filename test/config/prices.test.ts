import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { followAccounts } from '../../src/config/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { faultsOf, folderWith, read } from './environment.ts';

const EAST = { name: 'east', mode: 'sandbox', pricesFile: 'east.json' };
const WEST = { name: 'west', mode: 'sandbox' };
const ACCOUNTS_FILE = 'accounts.json';

describe('the prices of an account are', () => {
  test('not known unless a file is named', async () => {
    expect((await read()).accounts).toMatchObject([{ prices: undefined }]);
  });

  test('those of PRICES_FILE, for the account of the environment', async () => {
    const folder = folderWith({ 'prices.json': `\ufeff${JSON.stringify(PRICES_FILE)}` });
    const { accounts } = await read({ PRICES_FILE: 'prices.json' }, folder);
    expect(accounts).toMatchObject([{ name: 'sandbox', prices: pricesOf() }]);
  });

  test('those of its own pricesFile, beside the file of accounts', async () => {
    const folder = folderWith({ 'accounts.json': [EAST, WEST], 'east.json': PRICES_FILE });
    expect((await read({ ACCOUNTS_FILE }, folder)).accounts).toMatchObject([
      { name: 'east', prices: pricesOf() },
      { name: 'west', prices: null },
    ]);
  });

  test('read again when their file changes', async () => {
    const folder = folderWith({ 'accounts.json': [EAST], 'east.json': PRICES_FILE });
    const changes: unknown[] = [];
    const followed = followAccounts(await read({ ACCOUNTS_FILE }, folder), {
      read: async () => await read({ ACCOUNTS_FILE }, folder),
      onChange: async ({ now, changed }) => void changes.push([changed, now.prices?.slot]),
      onFault: (error) => void changes.push(error.message),
      everyMs: 20,
    });
    atEnd(followed.stop);
    writeFileSync(join(folder, 'east.json'), JSON.stringify({ ...PRICES_FILE, slot: null }));
    await until(() => changes.length > 0, { what: 'the new prices' });
    expect(changes).toEqual([[['prices'], null]]);
  });
});

describe('the threshold of an account', () => {
  const approvalOf = (approval: unknown, account: object = EAST) => {
    const files = { 'accounts.json': [{ ...account, approval }], 'east.json': PRICES_FILE };
    return folderWith(files);
  };
  const thresholdOf = async (approval: unknown, account?: object) =>
    (await read({ ACCOUNTS_FILE }, approvalOf(approval, account))).accounts[0]?.threshold;

  test('is in numbers, in money of its prices, or in both', async () => {
    expect(await thresholdOf({ aboveNumbers: 500 }, WEST)).toEqual({
      ...{ aboveNumbers: 500, aboveMoney: null, currency: null, hours: 72 },
    });
    expect(await thresholdOf({ aboveNumbers: 0, aboveMoney: '1000.50', hours: 24 })).toEqual({
      ...{ aboveNumbers: 0, aboveMoney: '1000.50', currency: 'USD', hours: 24 },
    });
  });

  test.each<[string, unknown, string]>([
    ['nothing', {}, 'approval needs aboveNumbers or aboveMoney.'],
    ['half a number', { aboveNumbers: 0.5 }, 'approval aboveNumbers must be a whole number'],
    ['a sum as a number', { aboveMoney: 1000 }, 'approval aboveMoney must be a text'],
    ['a sum with a comma', { aboveMoney: '1,000' }, 'approval aboveMoney must be a text such as'],
    ['no time', { aboveNumbers: 5, hours: 0 }, 'approval hours must be a whole number of hours'],
    [
      'another word',
      { aboveNumbers: 5, above: 5 },
      'approval has a property that is none of aboveNumbers, aboveMoney, hours',
    ],
  ])('is not %s', async (_, approval, what) => {
    const faults = await faultsOf({ ACCOUNTS_FILE }, approvalOf(approval));
    expect(faults).toEqual([expect.stringContaining(what)]);
  });

  test('needs prices for a sum of money', async () => {
    const folder = approvalOf({ aboveMoney: '5' }, WEST);
    expect(await faultsOf({ ACCOUNTS_FILE }, folder)).toEqual([
      'ACCOUNTS_FILE, account 1: approval aboveMoney needs pricesFile: ' +
        'without prices nobody knows what a plan costs.',
    ]);
  });
});

describe('a fault is', () => {
  const faults = async (content: unknown) =>
    await faultsOf({ PRICES_FILE: 'prices.json' }, folderWith({ 'prices.json': content }));

  test('a file that is not there', async () => {
    const folder = temporaryFolder();
    expect(await faultsOf({ PRICES_FILE: 'prices.json' }, folder)).toEqual([
      `PRICES_FILE names ${join(folder, 'prices.json')}, which cannot be read (ENOENT).`,
    ]);
  });

  test('a file that is not JSON', async () => {
    expect(await faults('{"currency": "USD"')).toEqual([
      expect.stringMatching(/^PRICES_FILE names \S+, which is not JSON: see line 1, column 19\.$/),
    ]);
  });

  test('a name that is there twice: nobody would see which one counts', async () => {
    const local = '{"once": "1", "monthly": "1", "\\u006fnce": "2"}';
    expect(await faults(`{"currency": "USD",\n "types": {"local": ${local}}}`)).toEqual([
      expect.stringMatching(/, which has a name twice: see line 2, column 51\.$/),
    ]);
    // Not twice in one object, and not twice as a name.
    const price = '{"once": "1", "monthly": "1"}';
    expect(
      await faults(`{"currency": "once", "types": {"local": ${price}, "slot": ${price}}}`),
    ).toEqual([expect.stringContaining('must name its currency')]);
  });

  test('each price that is none', async () => {
    const types = { local: { once: 1, monthly: '0.5005005' } };
    expect(await faults({ currency: 'USD', types })).toEqual([
      expect.stringMatching(
        /^PRICES_FILE names \S+, which has a fault: types\.local\.once must be .*, with at most 6/,
      ),
      expect.stringMatching(
        /, which has a fault: types\.local\.monthly is "0\.5005005", and must be /,
      ),
    ]);
  });

  test('of an account, with the account', async () => {
    const folder = folderWith({ 'accounts.json': [WEST, EAST], 'east.json': {} });
    expect(await faultsOf({ ACCOUNTS_FILE }, folder)).toEqual([
      expect.stringMatching(
        /^ACCOUNTS_FILE, account 2: pricesFile names \S+east\.json, which must name its/,
      ),
    ]);
  });

  test('PRICES_FILE beside ACCOUNTS_FILE: nobody knows whose prices they are', async () => {
    const folder = folderWith({ 'accounts.json': [WEST], 'prices.json': PRICES_FILE });
    expect(await faultsOf({ ACCOUNTS_FILE, PRICES_FILE: 'prices.json' }, folder)).toEqual([
      'ACCOUNTS_FILE is set, with PRICES_FILE beside it: name the prices in the file, as the ' +
        'pricesFile of an account, or unset one of the two.',
    ]);
  });
});
