/**
 * A list of owned numbers that is a part, or an old one, and says so only beside its records. What
 * it lacks would show that an order bought nothing, so it is not read.
 */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { vendorAt } from './order.ts';
import { rawServer, reply, write } from './raw-server.ts';
import { USUAL_HEADS } from './usual-heads.ts';

const record = (number: string, more = '') =>
  `<record>${more}<phone_number>${number}</phone_number></record>`;
const list = (records: string) => `<?xml version="1.0"?>\n<data>\n${records}\n</data>\n`;
const ONE = list(record('2125550100'));
const TWO = list(record('2125550101'));
const http = (body: string, fields = '', status = '200 OK') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${fields}\r\n${body}`;
const chunked = (body: string, beside: string, atEnd = '') =>
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n' +
  `${body.length.toString(16)}${beside}\r\n${body}\r\n0${atEnd}\r\n\r\n`;
const later = (first: string, second: string) => (socket: Socket) => {
  socket.setNoDelay();
  socket.write(first, () => setTimeout(() => socket.end(second), 20));
};

async function read(asked: (socket: Socket) => void) {
  await using server = await rawServer({ asked });
  await using vendor = vendorAt(server.url);
  return await vendor.ownedNumbers();
}

const isNotRead = async (asked: (socket: Socket) => void, why: RegExp) =>
  await expect(read(asked)).rejects.toMatchObject({
    code: 'vendor_down',
    message: expect.stringMatching(why),
  });

describe('a list is not read when more came on its connection:', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['a second list', write(http(ONE) + TWO, 'fin')],
    ['a second list, later', later(http(ONE), TWO)],
    ['a second answer', write(http(ONE) + http(TWO), 'fin')],
    ['a second answer, on a connection that stays open', write(http(ONE) + http(TWO), 'wait')],
    ['a word beside a chunk', write(chunked(ONE, ';more=10'), 'fin')],
    ['a word beside the last chunk', write(chunked(ONE, '', ';more=10'), 'fin')],
    ['more than is kept', write(http(ONE) + ' '.repeat(300_000) + TWO, 'fin')],
  ])('%s', async (_title, asked) => isNotRead(asked, /more bytes followed it/));
});

describe('a list is not read when its head tells of a part,', () => {
  it.each([
    'Partial list, carrier timed out',
    'Incomplete',
    'Carrier timed out',
    'Part 1 of 2',
    'More to come',
  ])('in its status line: %s', async (words) => {
    await isNotRead(write(http(ONE, '', `200 ${words}`), 'fin'), /a part/);
  });

  it.each([
    'X-List-Status: partial',
    'Warning: 199 - "partial results, carrier timed out"',
    'X-Info: carrier timed out',
    'X-Info: 10 more numbers follow',
    'X-Note: truncated',
    'X-Note: 1 of 2',
    'X-Incomplete: true',
    'X-Complete: false',
    'X-Part: 1/2',
    'X-Max-Results: 60',
    'X-MaxResults: 60',
    'X-Results: 60',
    'X-Numbers: 137',
    'X-Batch: 1',
    'X-Total-Count: 70',
    'Retry-After: 5',
    'Refresh: 5',
    'Content-Location: /list?page=1',
    'Content-Disposition: attachment; filename="numbers-part-1.xml"',
  ])('in a field: %s', async (field) => {
    await isNotRead(write(http(ONE, `${field}\r\n`), 'fin'), /a part/);
  });

  it('in an answer of status 103 before it', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nX-Total-Count: 70\r\n\r\n';
    await isNotRead(write(early + http(ONE), 'fin'), /a part/);
  });
});

it.each(['<!-- 10 more numbers follow -->', '<?more 10?>'])(
  'a list is not read with %s in a record',
  async (more) => {
    await isNotRead(reply(list(record('2125550100', more))), /a part/);
  },
);

describe('a list is not read when it is an old one,', () => {
  it.each([
    ['X-From-Cache', '1'],
    ['X-Magento-Cache-Debug', 'HIT'],
    ['X-Rack-Cache', 'fresh'],
    ['X-Rack-Cache', 'stale, valid, store'],
    ['X-Cached', 'true'],
    ['X-Cache', 'true'],
    ['X-Cache-Info', 'hit=true'],
    ['X-Cache-Age', '600'],
    ['X-Served-From', 'cache'],
  ])('by %s: %s', async (name, value) => {
    await isNotRead(reply(ONE, 200, { [name]: value }), /from a cache/);
  });

  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toUTCString();
  it('by its date', async () => {
    for (const hours of [17_520, 25]) {
      await isNotRead(reply(ONE, 200, { date: ago(hours) }), /more than a day/);
    }
  });

  it.each([
    ['a date of today', { date: ago(23) }],
    ['a date that is to come, by a clock that is fast', { date: ago(-48) }],
    ['a date that cannot be read', { date: 'Stardate 5' }],
    ['a cache that did not have it', { 'x-cache-info': 'hit=false' }],
    ['a cache that did not have it, in other words', { 'x-cache-info': '"hit": false' }],
    ['a cache that says no', { 'x-from-cache': '0', 'x-cached': 'false' }],
  ])('but not by %s', async (_title, headers) => {
    expect(await read(reply(ONE, 200, headers))).toHaveLength(1);
  });
});

it.each(USUAL_HEADS)('a list is read with the head of %s', async (_from, fields) => {
  expect(await read(reply(ONE, 200, fields))).toEqual(['2125550100']);
});

it('a list of 100,000 numbers is read in chunks, whole and once', async () => {
  const numbers = Array.from({ length: 100_000 }, (_, i) => String(2_125_500_000 + i));
  const pieces = list(numbers.map((number) => record(number)).join('')).match(/[\s\S]{1,4000}/g)!;
  const chunks = pieces.map((it) => `${it.length.toString(16)}\r\n${it}\r\n`).join('');
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  expect(await read(write(`${head}${chunks}0\r\n\r\n`, 'fin'))).toEqual(numbers);
});
