/**
 * A list of owned numbers that is a part, or an old one, and says so only beside its records. What
 * it lacks would show that an order bought nothing, so it is not read.
 */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { vendorAt } from './order.ts';
import { http, inChunks, inTwoParts, rawServer, reply, write } from './raw-server.ts';
import { USUAL_HEADS } from './usual-heads.ts';

const record = (number: string, more = '') =>
  `<record>${more}<phone_number>${number}</phone_number></record>`;
const list = (records: string) => `<?xml version="1.0"?>\n<data>\n${records}\n</data>\n`;
const ONE = list(record('2125550100'));
const TWO = list(record('2125550101'));
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
    ['a second list, later', inTwoParts(http(ONE), TWO)],
    ['a second answer', write(http(ONE) + http(TWO), 'fin')],
    ['a second answer, on a connection that stays open', write(http(ONE) + http(TWO), 'wait')],
    ['a word beside a chunk', write(inChunks([ONE], { beside: ';more=10' }), 'fin')],
    ['a word beside the last chunk', write(inChunks([ONE], { atEnd: ';more=10' }), 'fin')],
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
    await isNotRead(write(http(ONE, `200 ${words}`), 'fin'), /a part/);
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
    ...['X-Total-Count: 137', 'X-TotalCount: 137', 'X-Total: 137', 'X-Total-Pages: 69'],
    ...['X-Pagination: {"of":69}', 'X-Next-Page: 2', 'X-NextToken: abc', 'X-Cursor: abc'],
    ...['X-Offset: 0', 'X-Limit: 2', 'X-Has-More: true', 'X-Last-Id: 2125550101'],
    ...['Content-Range: records 0-1/137', 'Next-Range: ]2125550101..'],
    ...['X-MS-Continuation: abc', 'X-Truncated: true'],
    'Retry-After: 5',
    'Refresh: 5',
    'Content-Location: /list?page=1',
    'Content-Disposition: attachment; filename="numbers-part-1.xml"',
  ])('in a field: %s', async (field) => {
    await isNotRead(write(http(ONE, '200 OK', `${field}\r\n`), 'fin'), /a part/);
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
    ...['X-Cache: HIT', 'X-Cache: TCP_MEM_HIT from a23-1', 'X-Cache: MISS, STALE', 'X-Cache: true'],
    ...['X-Cache: RefreshHit from cloudfront', 'X-Cache: OriginShieldHit from cloudfront'],
    ...['X-Cache-Status: STALE', 'CF-Cache-Status: REVALIDATED', 'X-Proxy-Cache: UPDATING'],
    ...['Cache-Status: edge; hit; ttl=376', 'Cache-Status: "edge"; hit'],
    ...['X-Cache-Hit: true', 'X-Cache-Hit: 1', 'X-Cache-Hits: 0, 2', 'X-Cache-Hits: 10'],
    ...['X-Varnish: 32770 3', 'X-Varnish: 1, 2 3', 'Server-Timing: cdn-cache; desc=HIT'],
    ...['X-From-Cache: 1', 'X-Cached: true', 'X-Cache-Info: hit=true', 'X-Cache-Age: 600'],
    ...['X-Magento-Cache-Debug: HIT', 'X-Rack-Cache: fresh', 'X-Rack-Cache: stale, valid, store'],
    ...['X-Served-From: cache', 'Warning: 110 proxy "Response is stale"'],
  ])('by %s', async (field) => {
    await isNotRead(write(http(ONE, '200 OK', `${field}\r\n`), 'fin'), /from a cache/);
  });

  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toUTCString();
  it('by its date', async () => {
    for (const hours of [17_520, 25]) {
      await isNotRead(reply(ONE, 200, { date: ago(hours) }), /more than a day/);
    }
  });

  it.each([
    ...[`Date: ${ago(23)}`, `Date: ${ago(-48)}`, 'Date: Stardate 5'],
    ...['X-Cache-Info: hit=false', 'X-Cache-Info: "hit": false', 'X-From-Cache: 0'],
    ...['X-Cached: false', 'X-Cache-Hit: false', 'X-Cache-Hit: 0', 'Vary: x-cache-hit'],
    ...['Cache-Status: E; hit=?0', 'Cache-Status: "E"; fwd=stale', 'X-Cache-Key: /hit'],
    ...['X-Cache-Debug: stale-while-revalidate=60', 'X-Cache: MISS from updating-proxy'],
    ...['X-Served-By: cache-hit-1', 'X-Varnish: 1, 2'],
  ])('but not by %s', async (field) => {
    expect(await read(write(http(ONE, '200 OK', `${field}\r\n`), 'fin'))).toHaveLength(1);
  });
});

it.each(USUAL_HEADS)('a list is read with the head of %s', async (_from, fields) => {
  const head = fields.map((field) => `${field}\r\n`).join('');
  expect(await read(write(http(ONE, '200 OK', head), 'fin'))).toEqual(['2125550100']);
});

it('a list of 100,000 numbers is read in chunks, whole and once', async () => {
  const numbers = Array.from({ length: 100_000 }, (_, i) => String(2_125_500_000 + i));
  const pieces = list(numbers.map((number) => record(number)).join('')).match(/[\s\S]{1,4000}/g)!;
  expect(await read(write(inChunks(pieces), 'fin'))).toEqual(numbers);
});
