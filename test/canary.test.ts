/**
 * A canary for keys: a pair whose pieces resemble nothing else. The test meets every fault of a
 * vendor, then searches all output, logs and tables for these pieces.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { embeddedNumbering, KINDS } from '../src/numbering/index.ts';
import { FAULTS, type FaultName, type Sandbox } from '../src/sandbox/index.ts';
import { openShell, openVendor, type Shell } from './commands/shell.ts';
import { httpHere } from './support/http-here.ts';
import { inPostgres, inRedis } from './support/in-server.ts';
import { describeWith, freshDatabase, freshRedis } from './support/servers.ts';

/** Letters that survive every encoding, around characters that some encodings change. */
const accessKey = 'canary-access-Qu1zA+b/Xy7Kw=&Vn3Ty%é';
const secretAccessKey = 'canary-secret-Zj8Pd+Rr5Lm/=&Gf6Hs"Cq2Bx';
const PIECES = /canary-|Qu1zA|Xy7Kw|Vn3Ty|Zj8Pd|Rr5Lm|Gf6Hs|Cq2Bx/gi;
const KEYS = {
  DIALOGTECH_ACCESS_KEY: accessKey,
  DIALOGTECH_SECRET_ACCESS_KEY: secretAccessKey,
  LOG_LEVEL: 'trace',
  // Another vendor's address is taken once all that was bought must be on the list.
  RECONCILE_AFTER: '1',
};

const leaks = (text: string): string[] => text.match(PIECES) ?? [];

/** Every command's output, and the command line of its process while it ran. */
let heard: Record<string, string>;

async function hear(shell: Shell, args: string[]): Promise<number | null> {
  const child = shell.start(args);
  const file = `/proc/${child.pid}/cmdline`;
  const commandLine = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const { code, stdout, stderr } = await child.exited;
  heard[`${args.join(' ')}, the ${Object.keys(heard).length}th`] =
    `${commandLine}\n${stdout}\n${stderr}`;
  return code;
}

function leaksHeard(): string[] {
  return Object.entries(heard).flatMap(([title, text]) =>
    leaks(text).map((leak) => `${leak} in ${title}`),
  );
}

beforeAll(() => {
  heard = {};
});

const faults = Object.keys(FAULTS) as FaultName[];
/** Where live keys may buy local numbers. */
const AREA_CODES = embeddedNumbering()
  .all()
  .filter(({ kind, country }) => kind === KINDS[0] && country === 'US')
  .map(({ code }) => code)
  .filter((code) => code > '300' && embeddedNumbering().isInService(code, '2026-01-01'));
/** An area code for each fault. */
const areaOf = (fault: FaultName) => AREA_CODES[faults.indexOf(fault)]!;

function planFor(some: readonly string[], name: string): string {
  return `area_code,quantity,${name}\n${some.map((area) => `${area},2,x\n`).join('')}`;
}

describeWith(['postgres', 'redis'], 'whatever the vendor does', () => {
  let vendor: Sandbox;
  let shell: Shell;
  let databaseUrl: string;
  let redisUrl: string;

  beforeAll(async () => {
    vendor = await openVendor({ accessKey, secretAccessKey });
    databaseUrl = (await freshDatabase()).url;
    redisUrl = (await freshRedis()).url;
    shell = openShell({
      ...KEYS,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      DIALOGTECH_URL: vendor.url,
      REQUEST_TIMEOUT: '1',
    });
    for (const fault of faults) vendor.next(fault, { search: areaOf(fault) });
    shell.file('plan.csv', planFor(faults.map(areaOf), 'note'));
    await hear(shell, ['order', 'plan.csv', '--yes', '--json']);
    // The unknown orders pause the account repeatedly.
    for (let round = 0; round < 20 && !isThrough(); round++) {
      await hear(shell, ['account', 'main', '--resume']);
      await hear(shell, ['watch', '1', '--work']);
    }
    await useEchoes(shell);
    await hear(shell, ['show', '1']);
    for (const args of [
      ['unknown', '--json'],
      ['results', '1'],
      ['results', '2'],
    ]) {
      const { stdout, stderr } = await shell.run(args);
      heard[args.join(' ')] = `${stdout}\n${stderr}`;
    }
  });

  /** Every fault was met. */
  const isThrough = () => {
    const met = new Set(vendor.books().requests.map(({ fault }) => fault));
    return faults.every((fault) => met.has(fault));
  };

  test('the keys were used, and every fault was met', () => {
    expect(isThrough()).toBe(true);
    expect(vendor.books().requests.find(({ fault }) => fault === 'ok')?.sold).toHaveLength(2);
  });

  test('no piece of a key is in what commands say, nor in the list of processes', () => {
    const all = Object.values(heard).join();
    // There was output to search.
    expect(all).toContain('nobody knows what became of this order');
    expect(all).toContain('[removed]');
    expect(leaksHeard()).toEqual([]);
  });

  test('no piece of a key is in the files', () => {
    const files = filesIn(shell.folder);
    expect(files.filter((file) => file.endsWith('unknown.csv')).length).toBeGreaterThanOrEqual(2);
    expect(files.filter((file) => leaks(readFileSync(file, 'latin1')).length > 0)).toEqual([]);
  });

  test('no piece of a key is in any table', async () => {
    const tables = await dumpDatabase(databaseUrl);
    expect(tables['ledger.attempts']).toContain('[removed]');
    expect(Object.keys(tables)).toContain('ledger.numbers');
    expect(Object.entries(tables).filter(([, text]) => leaks(text).length > 0)).toEqual([]);
  });

  test('no piece of a key is in Redis', async () => {
    const keys = await inRedis(redisUrl, dumpRedis);
    expect(Object.keys(keys).join()).toContain('orders-main');
    expect(Object.entries(keys).filter(([key, text]) => leaks(key + text).length > 0)).toEqual([]);
  });
});

describe('on the embedded ledger', () => {
  test('no piece of a key is printed or stored, whatever a vendor repeats', async () => {
    heard = {};
    const shell = openShell(KEYS);
    await useEchoes(shell);
    const kept = filesIn(shell.folder);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.filter((file) => leaks(readFileSync(file, 'latin1')).length > 0)).toEqual([]);
    expect(Object.values(heard).join()).toContain('[removed]');
    expect(leaksHeard()).toEqual([]);
  });
});

test('a faulty configuration does not show them', async () => {
  const shell = openShell({ ...KEYS, DIALOGTECH_URL: 'http://vendor.example', RATE: 'x' });
  const { stdout, stderr } = await shell.run(['order', 'x.csv']);
  const faulty = await shell.run(['plans', '--json']);
  expect(leaks(stdout + stderr + faulty.stdout + faulty.stderr)).toEqual([]);
  const debugging = await shell.run(['plans'], { NODE_DEBUG: 'http' });
  expect(debugging.stderr).toContain("which prints the vendor's keys");
});

test('the canary is seen in any dress', () => {
  const query = new URLSearchParams({ accessKey, secretAccessKey }).toString();
  const dresses = [
    accessKey,
    query,
    encodeURIComponent(secretAccessKey),
    JSON.stringify({ accessKey }),
  ];
  for (const dress of dresses) expect(leaks(dress).length).toBeGreaterThan(2);
});

/** Orders from vendors that repeat the request in a page, a refusal and a redirect. */
async function useEchoes(shell: Shell): Promise<void> {
  const xml = (text: string) =>
    '<response><result>failed</result>' +
    `<result_description>${text.replaceAll('&', '&amp;')}</result_description></response>`;
  const { url } = await httpHere((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const keys = `${query.get('access_key')} ${query.get('secret_access_key')}`;
    switch (query.get('search')) {
      case '201':
        return response.writeHead(500).end(`<p>You asked for ${request.url}</p>`);
      case '202':
        return response.end(xml(`Declined: ${keys}`));
      case '203':
        return response.end(xml(`No numbers available for ${request.url}`));
      case '205':
        return response.writeHead(302, { location: request.url }).end(keys);
      default:
        return response.end(xml(`Invalid access key ${keys}`));
    }
  });
  Object.assign(shell.env, { DIALOGTECH_URL: `${url}/ibp_api.php` });
  shell.file('echoes.csv', planFor(['201', '202', '203', '205', '206'], 'echo'));
  await hear(shell, ['account', 'main', '--resume']);
  await hear(shell, ['order', 'echoes.csv', '--yes']);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The rows of every table as text. */
async function dumpDatabase(url: string): Promise<Record<string, string>> {
  return inPostgres(url, async (client) => {
    const dump: Record<string, string> = {};
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE'
         and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      dump[name] = rows.map(({ row }) => row).join('\n');
    }
    return dump;
  });
}

/** The value of each key, read by its type: Redis's own dumps are compressed. */
async function dumpRedis(redis: Redis): Promise<Record<string, string>> {
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, 0, '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  const dump: Record<string, string> = {};
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    // It may have expired since the keys were listed.
    if (type !== 'none') dump[key] = JSON.stringify(await readers[type]!(key));
  }
  return dump;
}
