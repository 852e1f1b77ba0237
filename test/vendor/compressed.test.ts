import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { expect, it } from 'vitest';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply, write } from './raw-server.ts';
import { SEED_ANSWER } from './seed-answer.ts';

async function answered(body: string | Buffer, encoding: string) {
  await using server = await rawServer({
    asked: reply(body, 200, { 'content-encoding': encoding }),
  });
  await using vendor = vendorAt(server.url);
  return await vendor.order(SEED_ORDER, freely);
}

it.each<[string, Buffer]>([
  ['gzip', gzipSync(SEED_ANSWER)],
  ['X-GZIP', gzipSync(SEED_ANSWER)],
  ['deflate', deflateSync(SEED_ANSWER)],
  ['deflate', deflateRawSync(SEED_ANSWER)],
  ['br', brotliCompressSync(SEED_ANSWER)],
  ['zstd', zstdCompressSync(Buffer.from(SEED_ANSWER))],
  ['identity', Buffer.from(SEED_ANSWER)],
])('a sale that is compressed as %s is a sale', async (encoding, body) => {
  expect(await answered(body, encoding)).toMatchObject({
    outcome: 'filled',
    numbers: { length: 3 },
  });
});

const CANNOT = 'and cannot be decompressed';

it.each<[string, string, string | Buffer, string]>([
  ['cut', 'gzip', gzipSync(SEED_ANSWER).subarray(0, -9), `it is compressed (gzip) ${CANNOT}`],
  ['not compressed at all', 'br', SEED_ANSWER, `it is compressed (br) ${CANNOT}`],
  ['compressed twice', 'gzip, br', SEED_ANSWER, 'it is compressed in an unknown way'],
  ['too long', 'gzip', gzipSync(Buffer.alloc(1e7)), `it is compressed (gzip) ${CANNOT}`],
])('an answer that is %s proves nothing', async (_, encoding, body, why) => {
  const { outcome, what, status } = await answered(body, encoding);
  expect({ outcome, status }).toEqual({ outcome: 'unknown', status: 200 });
  expect(what).toContain(why);
});

it('an answer that names its compression in two headers proves nothing', async () => {
  const twice = 'content-encoding: identity\r\n'.repeat(2);
  const head = `HTTP/1.1 200 X\r\ncontent-length: ${SEED_ANSWER.length}\r\n${twice}\r\n`;
  await using server = await rawServer({ asked: write(head + SEED_ANSWER, 'fin') });
  await using vendor = vendorAt(server.url);
  expect((await vendor.order(SEED_ORDER, freely)).outcome).toBe('unknown');
});
