import { describe, expect, test } from 'vitest';
import { dailyLimit } from '../support/plans.ts';
import { PRICES_FILE } from '../support/prices.ts';
import { EAST, folderOf, read, TRY, WEST } from './accounts-file.ts';

describe('a file of accounts', () => {
  test('names each with its keys, pace, orders in flight and daily limit', async () => {
    const east = { ...EAST, rate: 2.5, concurrency: 7 };
    const config = await read(folderOf([{ ...east, dailyNumbers: 5000 }, TRY]));
    expect(config.accounts).toEqual([
      {
        ...east,
        url: 'https://secure.dialogtech.com/ibp_api.php',
        prices: null,
        limits: [dailyLimit(5000)],
        threshold: null,
      },
      {
        ...TRY,
        url: null,
        accessKey: 'sandbox',
        secretAccessKey: 'sandbox',
        rate: undefined,
        concurrency: 20,
        prices: null,
        limits: [],
        threshold: null,
      },
    ]);
    expect(config.secrets).toEqual(['e-open', 'e-sesame']);
  });

  test('limits numbers and money by plan, day and month, of all and of each person', async () => {
    const limits = {
      plan: { numbers: 10 },
      month: { numbers: 2000, money: '5000.00' },
      people: { ada: { day: { money: '800' } }, '*': { day: { numbers: 25 } } },
    };
    const account = { ...TRY, dailyNumbers: 100, pricesFile: 'prices.json', limits };
    const folder = folderOf([account], { 'prices.json': JSON.stringify(PRICES_FILE) });
    expect((await read(folder)).accounts[0]!.limits).toEqual([
      dailyLimit(100),
      { person: null, period: 'plan', numbers: 10, money: null },
      { person: null, period: 'month', numbers: 2000, money: '5000.00' },
      { person: 'ada', period: 'day', numbers: null, money: '800' },
      { person: '*', period: 'day', numbers: 25, money: null },
    ]);
  });

  test('finds files of keys beside it, and may begin with a byte order mark', async () => {
    const east = {
      name: 'east',
      mode: 'live',
      accessKeyFile: 'access',
      secretAccessKeyFile: 'secret',
    };
    const text = `\ufeff${JSON.stringify([east])}`;
    const folder = folderOf(text, { access: 'open\n', secret: ' sesame\r\n' });
    expect(await read(folder)).toMatchObject({
      accounts: [{ name: 'east', accessKey: 'open', secretAccessKey: 'sesame' }],
      secrets: ['open', 'sesame'],
    });
  });

  test('leaves to RATE and CONCURRENCY what it does not say', async () => {
    const folder = folderOf([
      { ...EAST, rate: 9 },
      { ...WEST, concurrency: 3 },
    ]);
    expect((await read(folder, { RATE: '2', CONCURRENCY: '5' })).accounts).toMatchObject([
      { rate: 9, concurrency: 5 },
      { rate: 2, concurrency: 3 },
    ]);
  });

  test('may say that a sandbox has no pace, whatever RATE says', async () => {
    const folder = folderOf([EAST, { ...TRY, rate: 'none' }]);
    expect((await read(folder, { RATE: '2' })).accounts).toMatchObject([
      { rate: 2 },
      { rate: null },
    ]);
    const other = folderOf([{ ...EAST, rate: 3 }, TRY]);
    expect((await read(other, { RATE: 'none' })).accounts).toMatchObject([
      { rate: 3 },
      { rate: null },
    ]);
  });

  test('sends only live accounts to a vendor elsewhere, all to one on this machine', async () => {
    const urlsAt = async (DIALOGTECH_URL: string) =>
      (await read(folderOf([EAST, TRY]), { DIALOGTECH_URL })).accounts.map(({ url }) => url);
    expect(await urlsAt('https://vendor.example/')).toEqual(['https://vendor.example/', null]);
    const here = 'http://127.0.0.1:4010/';
    expect(await urlsAt(here)).toEqual([here, here]);
  });
});
