import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { vendorAt } from './order.ts';
import { rawServer, reply, type Script, write } from './raw-server.ts';
import { failure, SEED_ANSWER } from './seed-answer.ts';

const record = (number: string, label = '') =>
  `<record><phone_label>${label}</phone_label><phone_number>${number}</phone_number></record>`;
const chunked = (body: string, trailers: string) =>
  write(
    'HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n' +
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailers}\r\n`,
    'fin',
  );
const list = (records: string) => `<?xml version="1.0"?>\n<data>\n${records}\n</data>\n`;

async function read(asked: Script['asked'], options: Parameters<typeof vendorAt>[1] = {}) {
  await using server = await rawServer({ asked: asked! });
  await using vendor = vendorAt(server.url, options);
  const owned = await vendor.ownedNumbers();
  return { owned, heads: server.heads };
}

describe('the list of owned numbers', () => {
  it('is asked for with the keys, as XML', async () => {
    const { heads } = await read(reply(list('')));
    const query = 'action=routing.numbers&access_key=foo&secret_access_key=bar&format=xml';
    expect(heads.map((head) => head.split('\r\n')[0])).toEqual([
      `GET /ibp_api.php?${query} HTTP/1.1`,
    ]);
    expect(heads[0]).toContain('cache-control: no-cache');
    expect(heads[0]).toContain('connection: close');
  });

  it('has each number, without its label', async () => {
    const records = record('2125550100', 'Smith &amp; Co') + record('3125550101');
    const { owned } = await read(reply(list(records)));
    expect(owned).toEqual(['2125550100', '3125550101']);
  });

  it.each([
    ['one number', list(record('2125550100')), 1],
    ['no number', list(''), 0],
    ['an empty element', '<data/>', 0],
    ['a field more', list('<record><phone_number>2125550100</phone_number><x>1</x></record>'), 1],
    [
      'its document type',
      list(record('2125550100')).replace(
        '<data',
        '<!DOCTYPE data [\n<!ELEMENT data (record*)>\n]>$&',
      ),
      1,
    ],
    [
      'an attribute in a record',
      '<data><record id="1"><phone_number>2125550100</phone_number></record></data>',
      1,
    ],
    ['5000 numbers', list(record('2125550100', '&lt;a&gt; &amp; b').repeat(5_000)), 5_000],
  ])('with %s is read', async (_title, body, count) => {
    expect((await read(reply(body))).owned).toHaveLength(count);
  });

  const whole = list(record('2125550100') + record('2125550101'));
  const packed = Buffer.concat([brotliCompressSync(list('')), Buffer.from(whole)]);
  it.each<[string, Script['asked'], RegExp]>([
    ['an error of the vendor', reply(failure('Invalid access key')), /"Invalid access key"/],
    ['status 503', reply(whole, 503), /status 503/],
    ['status 302', reply('', 302, { location: '/' }), /status 302/],
    ['a number of pages', reply(whole.replace('<data', '<data page="1" pages="2"')), /a part/],
    ['a comment', reply(whole.replace('</data', '<!-- 2 of 137 --></data')), /a part/],
    ['a comment after its end', reply(`${whole}<!-- more -->`), /a part/],
    [
      'a comment with a record',
      reply(whole.replace('<re', '<!--<record>1</record>--><re')),
      /a part/,
    ],
    ['an instruction', reply(whole.replace('<data', '<?cursor 137?><data')), /a part/],
    ['a link to the next page', reply(whole, 200, { link: '</?page=2>; rel="next"' }), /a part/],
    ['only the last page', reply(whole, 200, { link: '</?p=69>; rel="last"' }), /a part/],
    ['a link beside others', reply(whole, 200, { link: '</ratelimit>; rel="next"' }), /a part/],
    ['a link to an offset', reply(whole, 200, { link: '</?offset=100>; rel="self"' }), /a part/],
    ['status 206', reply(whole, 206, { 'content-range': 'records 0-1/137' }), /status 206/],
    ['fields after it', chunked(whole, 'x-next-page: 2\r\n'), /more bytes followed it/],
    ['an age in a cache', reply(whole, 200, { age: '600' }), /cache/],
    [
      'two ages in caches',
      write(`HTTP/1.1 200 X\r\nage: 0\r\nage: 9\r\n\r\n${whole}`, 'fin'),
      /cache/,
    ],
    [
      'more after its compressed part',
      reply(packed, 200, { 'content-encoding': 'br' }),
      /more bytes/,
    ],
    ['nothing in it', reply(''), /empty/],
    ['a page in HTML', reply('<html><body/></html>'), /does not end/],
    ['a sale', reply(SEED_ANSWER), /unexpected shape/],
    ['a number of nine digits', reply(list(record('212555010'))), /unexpected shape/],
    ['a record without a number', reply(list('<record/>')), /unexpected shape/],
    [
      'two numbers in a record',
      reply(list(record('2125550100</phone_number><phone_number>2125550101'))),
      /unexpected shape/,
    ],
    ['text among the records', reply(list(`${record('2125550100')}oops`)), /unexpected shape/],
    ['a second list', reply(list('') + list('')), /well-formed/],
    ['an entity', reply(`<!DOCTYPE data [<!ENTITY a "b">]>${whole}`), /entities/],
    ['no end', write('HTTP/1.1 200 X\r\ncontent-length: 9000\r\n\r\n<data>', 'fin'), /closed/],
  ])('with %s is not read at all', async (_title, asked, why) => {
    await expect(read(asked)).rejects.toMatchObject({
      name: 'AppError',
      code: 'vendor_down',
      message: expect.stringMatching(why),
    });
  });

  it.each([
    ['Content-Range', 'records 0-1/137'],
    ['X-Total-Count', '137'],
    ['X-TotalCount', '137'],
    ['X-Total', '137'],
    ['X-Total-Pages', '69'],
    ['X-Pagination', '{"of":69}'],
    ['X-Next-Page', '2'],
    ['X-NextToken', 'abc'],
    ['Next-Range', ']2125550101..'],
    ['X-Cursor', 'abc'],
    ['X-Offset', '0'],
    ['X-Limit', '2'],
    ['X-Has-More', 'true'],
    ['X-Last-Id', '2125550101'],
    ['X-MS-Continuation', 'abc'],
    ['X-Truncated', 'true'],
  ])('with %s: %s in its head is not read at all', async (name, value) => {
    await expect(read(reply(whole, 200, { [name]: value }))).rejects.toThrow(/a part/);
  });

  it.each([
    ['X-Cache', 'HIT'],
    ['X-Cache', 'TCP_MEM_HIT from a23-1'],
    ['X-Cache-Status', 'STALE'],
    ['CF-Cache-Status', 'REVALIDATED'],
    ['X-Proxy-Cache', 'UPDATING'],
    ['Cache-Status', 'edge; hit; ttl=376'],
    ['Server-Timing', 'cdn-cache; desc=HIT'],
    ['Cache-Status', '"edge"; hit'],
    ['X-Cache', 'RefreshHit from cloudfront'],
    ['X-Cache', 'OriginShieldHit from cloudfront'],
    ['X-Cache', 'MISS, STALE'],
    ['X-Cache-Hit', 'true'],
    ['X-Cache-Hit', '1'],
    ['X-Cache-Hits', '0, 2'],
    ['X-Cache-Hits', '10'],
    ['X-Varnish', '32770 3'],
    ['X-Varnish', '1, 2 3'],
    ['Warning', '110 proxy "Response is stale"'],
  ])('with %s: %s in its head comes from a cache', async (name, value) => {
    await expect(read(reply(whole, 200, { [name]: value }))).rejects.toThrow(/from a cache/);
  });

  it.each([
    ['X-Cache-Hit', 'false'],
    ['X-Cache-Hit', '0'],
    ['Vary', 'x-cache-hit'],
    ['Cache-Status', 'E; hit=?0'],
    ['Cache-Status', '"E"; fwd=stale'],
    ['X-Cache-Key', '/hit'],
    ['X-Cache-Debug', 'stale-while-revalidate=60'],
    ['X-Cache', 'MISS from updating-proxy'],
    ['X-Served-By', 'cache-hit-1'],
    ['X-Varnish', '1, 2'],
  ])('with %s: %s in its head comes from no cache', async (name, value) => {
    expect((await read(reply(whole, 200, { [name]: value }))).owned).toHaveLength(2);
  });

  it('is read with fields that say nothing of pages, and that no cache had it', async () => {
    const usual = {
      'Accept-Ranges': 'bytes',
      'Last-Modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
      'X-RateLimit-Limit': '100',
      'X-RateLimit-Remaining': '99',
      'RateLimit-Policy': '100;w=60',
      'X-Rate-Limit-Limit': '100',
      'X-Account-Id': '7',
      'CF-IPCountry': 'US',
      'X-Mod-Pagespeed': '1.13',
      'X-Page-Speed': '1.13',
      'X-Plan-Limit': '7',
      'X-Next-Cache': 'MISS',
      'X-Cache': 'MISS, MISS',
      'X-Cache-Hits': '0, 0',
      'CF-Cache-Status': 'DYNAMIC',
      'Cache-Control': 'max-age=0, stale-while-revalidate=30',
      'X-Varnish': '32770',
      'X-White-Cache': 'none',
      Link: '</a.css>; rel=preload; as=style',
      Server: 'Apache',
    };
    expect((await read(reply(whole, 200, usual))).owned).toHaveLength(2);
  });

  it('that is cut anywhere is not read at all', async () => {
    const body = whole.trimEnd();
    for (let length = 0; length < body.length; length += 1) {
      // Ended by closing: only the text shows the cut.
      const cut = write(`HTTP/1.1 200 X\r\n\r\n${body.slice(0, length)}`, 'fin');
      await expect(read(cut), `cut at ${length}`).rejects.toMatchObject({ code: 'vendor_down' });
    }
  });

  it('that does not come in time, or from nowhere, is reported', async () => {
    const silent = read(write('', 'wait'), { timeoutMs: 250 });
    await expect(silent).rejects.toThrow(/took longer than 0.25 s/);
    await using vendor = vendorAt(`http://127.0.0.1:${await freePort()}`);
    await expect(vendor.ownedNumbers()).rejects.toThrow(/refused/);
  });
});
