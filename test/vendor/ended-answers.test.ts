/**
 * How the connection of an answer ended. A reset throws away what was on its way, and under TLS
 * only a close_notify says that the vendor itself ended it.
 */
import type { Socket } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificate } from '../support/certificate.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { http, inChunks, rawServer, write } from './raw-server.ts';
import { failure, numbersFrom, SEED_ANSWER, sale } from './seed-answer.ts';

const NONE = failure('No numbers available');
const ONE = sale(numbersFrom(5555550100, 1));
beforeAll(() => setDefaultCACertificates([certificate]));

const LIST = '<data><record><phone_number>2125550100</phone_number></record></data>';

/** Only the end of the connection ends it. */
const open = (body: string, status = 200) => `HTTP/1.1 ${status} X\r\n\r\n${body}`;
const withLength = (body: string, status = 200) => http(body, `${status} X`);
const chunked = (body: string, status = 200) =>
  inChunks(body === '' ? [] : [body], { status: `${status} X` });

type End = 'fin' | 'rst' | 'gone';

async function at<T>(
  { text, end, tls }: { text: string; end: End; tls: boolean },
  ask: (vendor: ReturnType<typeof vendorAt>) => Promise<T>,
): Promise<T> {
  // TLS is reset beneath it.
  const asked = (socket: Socket) =>
    end === 'rst' ? socket.write(text, () => server.cut('rst')) : write(text, end)(socket);
  await using server = await rawServer({ asked, ...(tls && { tls: {} }) });
  await using vendor = vendorAt(server.url);
  return await ask(vendor);
}

const order = (text: string, end: End, tls = false) =>
  at({ text, end, tls }, (vendor) => vendor.order({ ...SEED_ORDER, fillQuantity: false }, freely));
const list = (text: string, end: End, tls = false) =>
  at({ text, end, tls }, (vendor) => vendor.ownedNumbers());

/** The outcome of each when it is whole. */
const ANSWERS = [
  ['a call for a pause', 'throttled', 'Rate limit exceeded.', 429],
  ['a pause without a word', 'throttled', '', 429],
  ['want of stock', 'short', NONE, 200],
  ['a sale of one of three', 'short', ONE, 200],
  ['a sale of all', 'filled', SEED_ANSWER, 200],
] as const;

describe.each([
  ['TCP', false],
  ['TLS', true],
])('over %s an answer that only the end of its connection ends', (_title, tls) => {
  it.each(ANSWERS)(
    'is whole when the vendor has closed: %s',
    async (_what, outcome, body, status) =>
      expect(await order(open(body, status), 'fin', tls)).toMatchObject({ outcome }),
  );

  it.each(ANSWERS)('proves nothing after a reset: %s', async (_what, _outcome, body, status) => {
    const answer = await order(open(body, status), 'rst', tls);
    expect(answer).toMatchObject({ outcome: 'unknown', numbers: [], status, body });
    expect(answer.what).toContain('no complete answer came: the connection was cut');
  });
});

describe('under TLS an answer that nothing but FIN ends', () => {
  it.each(ANSWERS)('proves nothing: %s', async (_what, _outcome, body, status) => {
    const answer = await order(open(body, status), 'gone', true);
    expect(answer).toMatchObject({ outcome: 'unknown', numbers: [], status, body });
  });

  it.each(ANSWERS)('is whole by its length: %s', async (_what, outcome, body, status) =>
    expect(await order(withLength(body, status), 'gone', true)).toMatchObject({ outcome }),
  );
});

describe.each([
  ['length', withLength],
  ['last chunk', chunked],
])('a reset after the %s of an answer', (_title, whole) => {
  it.each(ANSWERS.slice(0, 4))(
    'may have thrown away what makes it another: %s',
    async (_what, _outcome, body, status) => {
      for (const tls of [false, true]) {
        const answer = await order(whole(body, status), 'rst', tls);
        expect(answer).toMatchObject({ outcome: 'unknown', status, body });
        expect(answer.what).toContain('its connection was cut');
      }
    },
  );

  it('takes nothing from a sale of all that was asked', async () => {
    for (const tls of [false, true]) {
      expect(await order(whole(SEED_ANSWER), 'rst', tls)).toMatchObject({ outcome: 'filled' });
    }
  });
});

describe('a list', () => {
  it.each([
    ['whose connection was reset', open, 'rst', false],
    ['whose connection was reset, over TLS', open, 'rst', true],
    ['that ends without close_notify', open, 'gone', true],
    ['with its length, after a reset', withLength, 'rst', false],
    ['in chunks, after a reset', chunked, 'rst', false],
  ] as const)('%s is not read', async (_title, whole, end, tls) => {
    await expect(list(whole(LIST), end, tls)).rejects.toMatchObject({
      code: 'vendor_down',
      message: expect.stringContaining('connection was cut'),
    });
  });

  it.each([
    ['that the vendor has closed', open, 'fin', false],
    ['that the vendor has closed, over TLS', open, 'fin', true],
    ['with its length, without close_notify', withLength, 'gone', true],
  ] as const)('%s is read', async (_title, whole, end, tls) => {
    expect(await list(whole(LIST), end, tls)).toEqual(['2125550100']);
  });
});
