import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeAccount, findAccount, findPlan, listAccounts } from '../../src/ledger/index.ts';
import type { Child } from '../support/child.ts';
import { startCli } from '../support/cli.ts';
import { writePlan } from '../support/plan-on-disk.ts';
import { runHere } from '../support/run-here.ts';
import {
  describeInModes,
  environmentOf,
  firstOf,
  openLedger,
  POSTGRES,
  POSTGRES_AND_REDIS,
  type Storage,
} from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { sandboxOf, startCsv, untilEnded } from '../support/workplace.ts';

type Entry = Record<string, unknown> & { name: string };

const live = (name: string, key = name): Entry => ({
  name,
  mode: 'live',
  accessKey: `${key}-access`,
  secretAccessKey: `${key}-secret`,
  rate: 50,
});

/** A file of accounts that can be rewritten, and the environment of programs that read it. */
function accountsFile(storage: Storage, url: string, accounts: Entry[]) {
  const path = join(temporaryFolder(), 'accounts.json');
  const write = (text: string) => writeFileSync(path, text);
  write(JSON.stringify(accounts));
  const env = { ...environmentOf(storage), ACCOUNTS_FILE: path, DIALOGTECH_URL: url };
  return { path, env, write };
}

const times = (count: number, words: string) => new RegExp(`(${words}[^]*){${count}}`);

async function startWork(env: Record<string, string>, accounts: number): Promise<Child> {
  const child = startCli(['work'], { env });
  await child.waitFor(times(accounts, 'worker started'));
  return child;
}

async function submit(env: Record<string, string>, account: string, csv: string): Promise<number> {
  const yes = ['--start', '--yes', '--again', '--accept-warnings'];
  const args = ['submit', writePlan(csv), ...yes, '--json', '--account', account];
  const { code, stdout, stderr } = await runHere(args, { env });
  const mayBeSaid = expect.stringMatching(/^(Limit: .*\n)?(1 warning:\n.*\n)?$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: mayBeSaid });
  return JSON.parse(stdout).id;
}

const csvOf = (areaCode: string, orders: number) =>
  `area_code,quantity\n${`${areaCode},1\n`.repeat(orders)}`;

describeInModes(firstOf(POSTGRES_AND_REDIS, POSTGRES), 'one worker process', ({ makeStorage }) => {
  test('for two accounts is slowed for neither by what the other meets', async () => {
    const storage = await makeStorage();
    const vendor = await sandboxOf();
    const { env } = accountsFile(storage, vendor.url, [live('east'), live('west')]);
    const ledger = await openLedger(storage);
    const worker = await startWork(env, 2);

    // The vendor throttles one of them again and again.
    vendor.next('throttle', { search: '212', times: 1_000 });
    const throttled = await submit(env, 'east', csvOf('212', 8));
    await until(async () => (await findAccount(ledger, 'east')).resumeAt, { what: 'east rests' });
    const first = await submit(env, 'west', csvOf('312', 30));
    expect(await untilEnded(ledger, first)).toMatchObject({ account: 'west', bought: 30 });
    expect(await findPlan(ledger, throttled)).toMatchObject({ bought: 0, pending: 8 });

    // A person pauses it, and the other one goes on.
    const by = { who: 'Ada' };
    await changeAccount(ledger, 'east', { pause: 'lunch' }, by);
    const second = await submit(env, 'west', csvOf('312', 30));
    expect(await untilEnded(ledger, second)).toMatchObject({ bought: 30 });
    expect(await findAccount(ledger, 'west')).toMatchObject({ pausedReason: null, resumeAt: null });
    expect(await findPlan(ledger, throttled)).toMatchObject({ bought: 0, pending: 8 });
    worker.kill();
    expect((await worker.exited).code).toBe(0);
  });
});

describeInModes([POSTGRES], 'one worker process', ({ makeStorage }) => {
  test('for eight accounts places the orders of each', async () => {
    const storage = await makeStorage();
    const vendor = await sandboxOf();
    const names = Array.from({ length: 8 }, (_, n) => `account-${n}`);
    const { env } = accountsFile(
      storage,
      vendor.url,
      names.map((name) => live(name)),
    );
    const ledger = await openLedger(storage);
    const worker = await startWork(env, 8);
    const plans: number[] = [];
    for (const name of names) {
      const account = await findAccount(ledger, name);
      plans.push(await startCsv({ ledger, account }, csvOf('212', 3)));
    }
    for (const id of plans) expect(await untilEnded(ledger, id)).toMatchObject({ bought: 3 });
    worker.kill();
    expect((await worker.exited).code).toBe(0);
  });
});

describeInModes([POSTGRES_AND_REDIS], 'a worker whose file of accounts', ({ makeStorage }) => {
  test('gets new keys buys with them, without a restart', async () => {
    const storage = await makeStorage();
    const vendor = await sandboxOf({ accessKey: 'new-access', secretAccessKey: 'new-secret' });
    const { env, path, write } = accountsFile(storage, vendor.url, [live('east', 'old')]);
    const ledger = await openLedger(storage);
    const worker = await startWork(env, 1);
    const id = await submit(env, 'east', csvOf('212', 3));
    await until(async () => (await findAccount(ledger, 'east')).pausedReason, {
      what: 'the old keys are refused',
    });

    // An invalid file changes nothing, and is reported once.
    write('[{"name": "east", "accessKey": "new-acc');
    await worker.waitFor('is not JSON: see line 1, column');
    rmSync(path);
    await worker.waitFor('which cannot be read (ENOENT)');

    write(JSON.stringify([{ ...live('east', 'new'), rate: 30 }]));
    await worker.waitFor('the keys have changed');
    await changeAccount(ledger, 'east', { resume: true }, { who: 'Ada' });
    expect(await untilEnded(ledger, id)).toMatchObject({ bought: 3, rate: 30 });

    // The log knows the new ones as well as the old ones.
    write(
      JSON.stringify([{ ...live('east', 'new'), accessKeyFile: '/none/new-secret/old-secret' }]),
    );
    await worker.waitFor('accessKeyFile names a file (its name is not shown');
    const { stderr, stdout } = worker;
    expect(stderr + stdout).not.toMatch(/(old|new)-(access|secret)/);
    expect(stderr.match(/some or all of the new configuration is not used/g)).toHaveLength(3);

    write(JSON.stringify([live('north', 'new')]));
    await worker.waitFor('Nothing is bought for the account \\"east\\" until this process');
    await worker.waitFor('is needed to use the new account \\"north\\"');
    expect(await listAccounts(ledger)).toHaveLength(1);
    worker.kill();
    expect((await worker.exited).code).toBe(0);
  });

  test('limits a day’s numbers is not overrun by two workers, and may be raised', async () => {
    const storage = await makeStorage();
    const vendor = await sandboxOf({ latencyMs: 100 });
    const limited = (dailyNumbers: number) => JSON.stringify([{ ...live('east'), dailyNumbers }]);
    const { env, write } = accountsFile(storage, vendor.url, []);
    write(limited(25));
    const ledger = await openLedger(storage);
    const workers = [await startWork(env, 1), await startWork(env, 1)];
    const id = await submit(env, 'east', csvOf('212', 60));
    const restsAt = (bought: number) =>
      until(
        async () => {
          const { restReason } = await findAccount(ledger, 'east');
          return (
            restReason !== null && (await findPlan(ledger, id)).bought === bought && restReason
          );
        },
        { what: `it rests with ${bought} bought` },
      );
    expect(await restsAt(25)).toContain('The daily limit of 25 numbers leaves no room');
    expect(vendor.books().sold).toBe(25);
    const { stdout } = await runHere(['account', 'east'], { env });
    expect(stdout).toContain('resting: The daily limit of 25 numbers');

    write(limited(40));
    expect(await restsAt(40)).toContain('The daily limit of 40 numbers leaves no room');
    expect(vendor.books().sold).toBe(40);
    for (const worker of workers) worker.kill();
    for (const worker of workers) expect((await worker.exited).code).toBe(0);
  });

  test('names an account that is of the other mode in the ledger does not start', async () => {
    const storage = await makeStorage();
    const ledger = await openLedger(storage);
    const { env } = accountsFile(storage, 'http://127.0.0.1:1/', [live('west'), live('sandbox')]);
    const { ACCOUNTS_FILE: _, ...without } = env;
    expect((await runHere(['submit', writePlan(csvOf('212', 1))], { env: without })).code).toBe(0);
    const { code, stderr } = await runHere(['work'], { env });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'The account "sandbox" is sandbox in the ledger, and the configuration says live.',
    );
    expect(stderr).not.toContain('    at ');
    expect(await listAccounts(ledger)).toMatchObject([{ name: 'sandbox' }]);
  });

  test('names several must say which one a plan is for', async () => {
    const storage = await makeStorage();
    const { env } = accountsFile(storage, 'http://127.0.0.1:1/', [live('west'), live('east')]);
    const plan = writePlan(csvOf('212', 1));
    for (const command of ['submit', 'order']) {
      const none = await runHere([command, plan], { env });
      expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('Say --account NAME')]);
      const other = await runHere([command, plan, '--account', 'north'], { env });
      expect(other.code).toBe(1);
      expect(other.stderr).toMatch(/no account "north".*(west, east)/);
    }
    const { code, stdout } = await runHere(['submit', plan, '--account', 'east', '--json'], {
      env,
    });
    expect([code, JSON.parse(stdout).account]).toEqual([0, 'east']);
  });
});

describeInModes([POSTGRES], 'one account of the vendor', ({ makeStorage }) => {
  test('is one account here, also under another name in another file', async () => {
    const storage = await makeStorage();
    const { url } = await sandboxOf();
    const { env, write } = accountsFile(storage, url, [live('east')]);
    const runs = async (...accounts: Entry[]) => {
      write(JSON.stringify(accounts));
      const worker = await startWork(env, accounts.length);
      worker.kill();
      expect((await worker.exited).code).toBe(0);
    };
    await runs(live('east'));
    await runs(live('east'), live('west'));
    write(JSON.stringify([live('north', 'east')]));
    const { code, stderr } = await runHere(['work'], { env });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/the account "north" is that of "east".*Use the name "east"/),
    });
    // Its own keys have changed since.
    await runs(live('east', 'new'));
    await runs(live('north', 'east'));
  });

  test('is exchanged for that of another account at a start and while workers run', async () => {
    const storage = await makeStorage();
    const vendor = await sandboxOf();
    const right = [live('east'), live('west')];
    const exchanged = [live('east', 'west'), live('west', 'east')];
    const { env, write } = accountsFile(storage, vendor.url, right);
    const first = await startWork(env, 2);
    first.kill();
    expect((await first.exited).code).toBe(0);

    write(JSON.stringify(exchanged));
    const ledger = await openLedger(storage);
    const worker = await startWork(env, 2);
    write(JSON.stringify(right));
    await worker.waitFor(times(2, 'the keys have changed'));
    for (const [name, area] of [
      ['east', '212'],
      ['west', '646'],
    ] as const) {
      const id = await submit(env, name, csvOf(area, 2));
      expect(await untilEnded(ledger, id)).toMatchObject({ account: name, bought: 2 });
      expect(await findAccount(ledger, name)).toMatchObject({ pausedReason: null });
    }
    worker.kill();
    expect((await worker.exited).code).toBe(0);
  });

  test.each(['propose', 'off'])(
    'is bought from under one name only, with RECONCILE=%s',
    async (mode) => {
      const storage = await makeStorage();
      const vendor = await sandboxOf();
      const east = accountsFile(storage, vendor.url, [live('east')]);
      const west = accountsFile(storage, vendor.url, [live('west')]);
      const ledger = await openLedger(storage);
      const workers = [];
      for (const { env } of [east, west])
        workers.push(await startWork({ ...env, RECONCILE: mode }, 1));

      // The keys of the one are pasted into the file of the other.
      west.write(JSON.stringify([live('west', 'east')]));
      const paused = await until(async () => (await findAccount(ledger, 'west')).pausedReason, {
        what: 'west pauses',
      });
      expect(paused).toMatch(/^The access key of the account "west" is that of "east"\./);
      const id = await submit(west.env, 'west', csvOf('212', 2));
      await changeAccount(ledger, 'west', { resume: true }, { who: 'Ada' });
      await until(async () => (await findAccount(ledger, 'west')).pausedReason, {
        what: 'west pauses again',
      });
      expect(vendor.books().sold).toBe(0);

      west.write(JSON.stringify([live('west')]));
      await workers[1]!.waitFor(times(2, 'the keys have changed'));
      await changeAccount(ledger, 'west', { resume: true }, { who: 'Ada' });
      expect(await untilEnded(ledger, id)).toMatchObject({ bought: 2 });
      for (const worker of workers) worker.kill();
      for (const worker of workers) expect((await worker.exited).code).toBe(0);
    },
  );
});
