import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { namedNumbers } from '../../src/vendor/index.ts';
import { answered } from './edge-cases.ts';
import { http, reply, write } from './raw-server.ts';
import { failure, SEED_ANSWER, SEED_NUMBERS } from './seed-answer.ts';

const heard = (body: string | Buffer, encoding: string) =>
  answered(reply(body, 200, { 'content-encoding': encoding }));

const packed = (text: string): [string, Buffer][] => [
  ['gzip', gzipSync(text)],
  ['X-GZIP', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(Buffer.from(text))],
  ['identity', Buffer.from(text)],
];
const SALE = Buffer.from(SEED_ANSWER);
const busy = failure('Too many requests');

describe('an answer that is compressed as', () => {
  it.each(packed(SEED_ANSWER))('%s is a sale', async (encoding, body) => {
    expect(await heard(body, encoding)).toMatchObject({
      outcome: 'filled',
      numbers: { length: 3 },
    });
  });

  it.each(packed(busy))('%s is a refusal, also when a line follows it', async (encoding, body) => {
    // What is no second part of gzip is not accepted behind the first.
    const line = /gzip/i.test(encoding) ? '' : '\r\n';
    const { outcome } = await heard(Buffer.concat([body, Buffer.from(line)]), encoding);
    expect(outcome).toBe('throttled');
  });

  it.each(packed(busy))('%s proves nothing when a sale follows it', async (encoding, body) => {
    const { outcome, body: kept } = await heard(Buffer.concat([body, SALE]), encoding);
    expect(outcome).toBe('unknown');
    if (!/gzip/i.test(encoding)) expect(namedNumbers(kept!)).toEqual(SEED_NUMBERS);
  });

  it.each(packed(busy))('%s proves nothing when a sale is packed after it', async (...first) => {
    const [encoding, body] = first;
    const [, sale] = packed(SEED_ANSWER).find(([name]) => name === encoding)!;
    expect((await heard(Buffer.concat([body, sale]), encoding)).outcome).toBe('unknown');
  });
});

const CANNOT = 'and cannot be decompressed';

it.each<[string, string, string | Buffer, string]>([
  ['cut', 'gzip', gzipSync(SEED_ANSWER).subarray(0, -9), `it is compressed (gzip) ${CANNOT}`],
  ['not compressed at all', 'br', SEED_ANSWER, `it is compressed (br) ${CANNOT}`],
  ['compressed twice', 'gzip, br', SEED_ANSWER, 'it is compressed in an unknown way'],
  ['too long', 'gzip', gzipSync(Buffer.alloc(1e7)), `it is compressed (gzip) ${CANNOT}`],
])('an answer that is %s proves nothing', async (_, encoding, body, why) => {
  const { outcome, what, status } = await heard(body, encoding);
  expect({ outcome, status }).toEqual({ outcome: 'unknown', status: 200 });
  expect(what).toContain(why);
});

describe('an answer that cannot be decompressed keeps the numbers that it names', () => {
  it.each(['gzip', 'br', 'deflate', 'zstd', 'aws-chunked'])(
    'when it only says that it is %s',
    async (encoding) => {
      const { outcome, body } = await heard(SEED_ANSWER, encoding);
      expect({ outcome, body }).toEqual({ outcome: 'unknown', body: SEED_ANSWER });
    },
  );

  // A part of zstd is nothing before it is whole.
  const CUT = packed(SEED_ANSWER).filter(([encoding]) => !/zstd|identity/.test(encoding));
  it.each(CUT)('when it is cut, as %s', async (encoding, body) => {
    const cut = await heard(body.subarray(0, -4), encoding);
    expect(cut.outcome).toBe('unknown');
    expect(namedNumbers(cut.body!)).toEqual(SEED_NUMBERS);
  });

  it('when a sale follows what is no gzip', async () => {
    const { body } = await heard(Buffer.concat([gzipSync(busy), SALE]), 'gzip');
    expect(namedNumbers(body!)).toEqual(SEED_NUMBERS);
  });
});

it('an answer that names its compression in two headers proves nothing', async () => {
  const twice = 'content-encoding: identity\r\n'.repeat(2);
  const answer = write(http(SEED_ANSWER, '200 OK', twice), 'fin');
  expect((await answered(answer)).outcome).toBe('unknown');
});
