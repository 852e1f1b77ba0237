import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { vendorAt } from './order.ts';
import { inChunks, rawServer, reply, type Script, write } from './raw-server.ts';
import { failure, SEED_ANSWER } from './seed-answer.ts';

const record = (number: string, label = '') =>
  `<record><phone_label>${label}</phone_label><phone_number>${number}</phone_number></record>`;
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
    [
      'fields after it',
      write(inChunks([whole], { atEnd: '\r\nx-next-page: 2' }), 'fin'),
      /more bytes followed it/,
    ],
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
    ['a page in HTML', reply('<html><body/></html>'), /gives a web page or status 200, not/],
    ['status 404 from a cache', reply('', 404, { age: '9' }), /page or status 404, not/],
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

  it('that is cut anywhere is not read at all', async () => {
    const body = whole.trimEnd();
    let length = 0;
    // Ended by closing: only the text shows the cut.
    const cut = () => write(`HTTP/1.1 200 X\r\n\r\n${body.slice(0, length)}`, 'fin');
    await using server = await rawServer({ asked: (socket) => cut()(socket) });
    await using vendor = vendorAt(server.url);
    for (; length < body.length; length += 1) {
      const reading = vendor.ownedNumbers();
      await expect(reading, `cut at ${length}`).rejects.toMatchObject({ code: 'vendor_down' });
    }
  });

  it('that does not come in time, or from nowhere, is reported', async () => {
    const silent = read(write('', 'wait'), { timeoutMs: 250 });
    await expect(silent).rejects.toThrow(/took longer than 0.25 s/);
    await using vendor = vendorAt(`http://127.0.0.1:${await freePort()}`);
    await expect(vendor.ownedNumbers()).rejects.toThrow(/refused/);
  });
});
