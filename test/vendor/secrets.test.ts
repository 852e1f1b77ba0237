/**
 * A canary for keys: servers that repeat the request in their answer. Nothing that comes out may
 * hold a piece of a key. edge.test.ts says the same of the other ways in which an order can fail.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nameOf } from '../../src/vendor/wire/error-names.ts';
import { CHANNELS } from '../../src/vendor/wire/listener-check.ts';
import { KEYS, leaks } from './canary-keys.ts';
import { type EdgeCase, runEdgeCase } from './edge-cases.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply, write } from './raw-server.ts';
import { failure } from './seed-answer.ts';

const xml = (text: string) =>
  text.replace(/[&<"]/g, (it) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;' })[it]!);

const both = `${KEYS.accessKey} ${KEYS.secretAccessKey}`;
const OK = 'HTTP/1.1 200 OK\r\n';
const echoing: Pick<EdgeCase, 'title' | 'asked'>[] = [
  { title: 'the query in an error page', asked: (it, head) => reply(`<p>${head}</p>`, 500)(it) },
  { title: 'the keys in a 429', asked: reply(both, 429) },
  { title: 'the keys in a refusal', asked: reply(failure(`Bad request: ${xml(both)}`)) },
  { title: 'the keys in bad keys', asked: reply(failure(`Invalid access key ${xml(both)}`)) },
  { title: 'the keys in stock', asked: reply(failure(`No numbers available ${xml(both)}`)) },
  { title: 'the keys in haste', asked: reply(failure(`Too many requests ${xml(both)}`)) },
  { title: 'the query in a refusal', asked: (it, head) => reply(failure(xml(head)))(it) },
  { title: 'the keys in JSON', asked: reply(JSON.stringify({ keys: both })) },
  { title: 'the keys in UTF-16', asked: reply(Buffer.from(`\ufeff${both}`, 'utf16le')) },
  { title: 'the keys in UTF-16 without a mark', asked: reply(Buffer.from(both, 'utf16le'), 400) },
  {
    title: 'the keys in Latin-1',
    asked: reply(Buffer.from(both, 'latin1'), 200, { 'content-type': 'x; charset=iso-8859-1' }),
  },
  { title: 'the keys with more blanks', asked: reply(both.replaceAll(' ', '\r\n\t ')) },
  {
    title: 'the query, encoded once more',
    asked: (it, head) => reply(encodeURIComponent(head))(it),
  },
  { title: 'the query in base64', asked: (it, head) => reply(btoa(head))(it) },
  { title: 'the query, wrapped', asked: (it, head) => reply(head.replace(/.{19}/g, '$&\n'))(it) },
  { title: 'the keys between NULs', asked: reply([...both].join('\u0000')) },
  { title: 'a cut through a key', asked: write(`${OK}\r\n${both.slice(0, -3)}`, 'fin') },
  {
    title: 'a cut through a key, of a known length',
    asked: write(`${OK}content-length: 999\r\n\r\n${KEYS.accessKey.slice(0, 17)}`, 'fin'),
  },
  {
    title: 'the keys around the 4000th character',
    asked: reply(`${'x'.repeat(3_990)}${both}`, 500),
  },
  {
    title: 'the query in a Location',
    asked: (it, head) => reply('', 302, { location: head.split(' ')[1]! })(it),
  },
  { title: 'the query instead of HTTP', asked: (it, head) => write(head, 'fin')(it) },
  {
    title: 'the keys in a status line in doubt',
    asked: write(`HTTP/1.1 429 Order placed ${both}\r\ncontent-length: 0\r\n\r\n`, 'fin'),
  },
  {
    title: 'the query in a broken chunk',
    asked: (it, head) => write(`${OK}transfer-encoding: chunked\r\n\r\nzz${head}`, 'fin')(it),
  },
];

describe('no piece of a key comes out of an order', () => {
  it.each(echoing)('with $title', async (edge) => {
    const { answer } = await runEdgeCase({ outcome: 'unknown', seen: 1, ...edge }, KEYS);
    expect(answer.outcome).not.toBe('filled');
    expect(leaks(answer)).toEqual([]);
  });

  it('with a gate whose error shows them', async () => {
    await using server = await rawServer({});
    await using vendor = vendorAt(server.url, KEYS);
    const mayStart = () => {
      throw new Error(both);
    };
    expect(leaks(await vendor.order(SEED_ORDER, { mayStart }))).toEqual([]);
  });
});

describe('no piece of a key comes out of the list of owned numbers', () => {
  const fields = `<phone_label>${xml(both)}</phone_label><phone_number>2125550100</phone_number>`;
  const list = `<data><record>${fields}</record></data>`;
  it.each(echoing)('with $title', async ({ asked }) => {
    await using server = await rawServer({ asked: asked! });
    await using vendor = vendorAt(server.url, KEYS);
    expect(leaks(vendor)).toEqual([]);
    const error = await vendor.ownedNumbers().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'vendor_down' });
    expect(leaks(error)).toEqual([]);
  });

  it('with the keys in a label', async () => {
    await using server = await rawServer({ asked: reply(list) });
    await using vendor = vendorAt(server.url, KEYS);
    expect(await vendor.ownedNumbers()).toEqual(['2125550100']);
  });
});

describe('no piece of a key comes out of opening a vendor', () => {
  it.each([
    '',
    'no address',
    'secure.dialogtech.com',
    'ftp://example.com',
    'http://',
    'http://[',
    `http://host:99999/?${both}`,
  ])('at "%s"', (url) => {
    let thrown: unknown;
    try {
      vendorAt(url, KEYS);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'bad_config' });
    expect(leaks(thrown)).toEqual([]);
  });
});

describe('a module that listens to the requests of this process', () => {
  it('finds no channel of undici for requests that is not known here', () => {
    const undici = fileURLToPath(import.meta.resolve('undici'));
    const text = readFileSync(join(dirname(undici), 'lib/core/diagnostics.js'), 'utf8');
    const channels = [...text.matchAll(/channel\('(undici:(?:request:.*|client:send.*))'\)/g)];
    expect(channels.map(([, name]) => name).toSorted()).toEqual(CHANNELS.toSorted());
  });

  it.each(CHANNELS)('at %s sees no key', async (name) => {
    const heard: unknown[] = [];
    const listen = (message: unknown) => heard.push(message);
    await using server = await rawServer({});
    await using vendor = vendorAt(server.url, KEYS);
    subscribe(name, listen);
    try {
      expect(() => vendorAt(server.url, KEYS)).toThrow('would be shown the keys');
      const answer = await vendor.order(SEED_ORDER, freely);
      expect(answer).toMatchObject({ outcome: 'not_sent' });
      await expect(vendor.ownedNumbers()).rejects.toThrow('would be shown the keys');
    } finally {
      unsubscribe(name, listen);
    }
    expect(heard).toEqual([]);
  });
});

describe("an error's name", () => {
  it.each<[string, unknown, string]>([
    ['code', { code: 'ECONNRESET', name: 'Error' }, 'the connection was cut (ECONNRESET)'],
    ['code with a slash', { code: 'ERR_SSL_SSL/TLS_ALERT' }, 'ERR_SSL_SSL/TLS_ALERT'],
    ['name, when its code is a number', { code: 20, name: 'AbortError' }, 'AbortError'],
    ['name, when its code is a sentence', { code: `GET /?k=${both}`, name: 'Error' }, 'Error'],
    ['absence, when it has neither', { message: both }, 'an error without a name'],
    ['absence, when it is nothing', undefined, 'an error without a name'],
  ])('is its %s', (_title, error, name) => expect(nameOf(error)).toBe(name));
});

describe('the canary', () => {
  it('sees a key in an error, a field, a message and a stack', () => {
    const key = KEYS.accessKey;
    const invalidUrl = Object.assign(new Error('x'), { input: `http://x/?k=${key}` });
    const values = [invalidUrl, { a: { b: [key] } }, new Error(key), encodeURIComponent(key)];
    expect(values.filter((value) => leaks(value).length === 0)).toEqual([]);
  });
});
