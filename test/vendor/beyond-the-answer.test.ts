/**
 * Bytes that the vendor, or what stands before it, sends after the part of an answer that HTTP
 * counts. They belong to the order's own connection, so they are a part of what was said about it.
 */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/vendor/index.ts';
import { answered } from './edge-cases.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { http, inChunks, inTwoParts, rawServer, write } from './raw-server.ts';
import { failure, numbersFrom, SEED_ANSWER, sale } from './seed-answer.ts';

const none = failure('No numbers available');
const busy = failure('Too many requests');
const other = sale(numbersFrom(2125550100, 3));

const PAIRS: [title: string, first: string, second: string][] = [
  ['a sale after status 429', http('', '429 X'), http(SEED_ANSWER)],
  ['a sale after a call for a pause', http(busy), http(SEED_ANSWER)],
  ['a sale after a refusal', http(none), http(SEED_ANSWER)],
  ['a sale beyond the length of a refusal', http(none), SEED_ANSWER],
  ['a sale after the last chunk', inChunks([none]), SEED_ANSWER],
  ['a sale after a sale', http(SEED_ANSWER), http(other)],
  ['a refusal after a sale', http(SEED_ANSWER), http(none)],
  ['another answer after one in chunks', inChunks([none]), inChunks([busy])],
  ['a word after a refusal', http(none), 'but'],
];

describe('an answer is unclear when its connection also carries', () => {
  it.each(PAIRS)('%s, in the same packet', async (_title, first, second) => {
    expect(await answered(write(first + second, 'fin'))).toMatchObject({
      outcome: 'unknown',
      numbers: [],
      what: expect.stringContaining('more bytes followed it on the same connection'),
    });
  });

  it.each(PAIRS)('%s, later', async (_title, first, second) => {
    expect((await answered(inTwoParts(first, second))).outcome).toBe('unknown');
  });

  it.each(PAIRS)('%s, over TLS', async (_title, first, second) => {
    const { outcome } = await answered(inTwoParts(first, second), { tls: {} });
    expect(outcome).toBe('unknown');
  });

  it.each([
    ['a few blanks', 500],
    // As much as is kept of what follows.
    ['65,536 blanks', 32_768],
  ])('a sale after %s', async (_title, lines) => {
    for (const first of [http('', '429 X'), http(none)]) {
      const text = `${first}${'\r\n'.repeat(lines)}${http(SEED_ANSWER)}`;
      expect((await answered(write(text, 'fin'))).outcome).toBe('unknown');
    }
  });

  it.each([
    ['speaks of a fault', 'x-status: upstream connection lost'],
    ['names a number', 'x-status: purchased 2125550100'],
    ['comes twice', 'x-status: a\r\nx-status: b'],
  ])('a trailer that %s', async (_title, trailer) => {
    const { outcome, body } = await answered(
      write(inChunks([none], { atEnd: `\r\n${trailer}` }), 'fin'),
    );
    expect(outcome).toBe('unknown');
    expect(body).toContain(`${none}\nx-status: `);
  });

  it('a sale, though the server leaves the connection open', async () => {
    const { outcome } = await answered(write(http(none) + http(SEED_ANSWER), 'wait'));
    expect(outcome).toBe('unknown');
  });

  it('a sale, and is reset', async () => {
    const { outcome } = await answered(write(http('', '429 X') + http(SEED_ANSWER), 'rst'));
    expect(outcome).toBe('unknown');
  });
});

describe('what followed an answer', () => {
  it('is kept beside it', async () => {
    const { status, body, what } = await answered(write(http(none, '429 X') + http(other), 'fin'));
    expect(status).toBe(429);
    expect(body).toBe(`${none}\n${http(other)}`);
    expect(what).toContain('The answer names 3 phone numbers.');
  });

  it('is kept beside an answer that is long', async () => {
    const long = 'x'.repeat(5_000);
    const { body } = await answered(write(http(long) + http(other), 'fin'));
    expect(body).toContain('x'.repeat(1_000));
    expect(body).toContain(other);
    expect(body!.length).toBeLessThanOrEqual(4_000);
  });

  it('is kept without keys', async () => {
    const echo = (socket: Socket, head = '') => write(http('', '429 X') + head, 'fin')(socket);
    const { body } = await answered(echo);
    expect(body).toContain('action=numbers.order');
    expect(body).not.toMatch(/key=(?:foo|bar)/);
  });

  it.each([2, 3, 8])('is kept without a key of which %i characters come before', async (before) => {
    const accessKey = 'kQ7vTz81LmNp55Wx';
    // A server that counts characters and not bytes announces too few.
    const page = `<p>Fehler für access_key=${accessKey.slice(0, before)}`;
    const rest = `${accessKey.slice(before)}&amp;action=numbers.order</p>`;
    const asked = write(http(page, '500 X') + rest, 'fin');
    await using server = await rawServer({ asked });
    await using vendor = vendorAt(server.url, { accessKey });
    const { outcome, body } = await vendor.order(SEED_ORDER, freely);
    expect(outcome).toBe('unknown');
    expect(body).toContain('action=numbers.order');
    expect(body!.replace(/\s/g, '')).not.toContain(accessKey.slice(before));
  });

  it('is read no further than there is doubt', async () => {
    const flood = (socket: Socket) => {
      socket.write(http('', '429 X'));
      const more = () => socket.writable && socket.write('x'.repeat(10_000), () => more());
      more();
    };
    expect((await answered(flood)).outcome).toBe('unknown');
  });
});

describe('an answer is read as before', () => {
  it.each<[string, (socket: Socket) => void, Outcome]>([
    ['when a blank line follows', write(`${http(SEED_ANSWER)}\r\n\r\n`, 'fin'), 'filled'],
    ['when a blank line follows later', inTwoParts(http(none), '\r\n'), 'short'],
    ['when its connection stays open', write(http(SEED_ANSWER), 'wait'), 'filled'],
    ['when it comes byte by byte', byteByByte(http(SEED_ANSWER)), 'filled'],
    ['when it comes in chunks, byte by byte', byteByByte(inChunks([none])), 'short'],
  ])('%s', async (_title, asked, outcome) => {
    expect((await answered(asked)).outcome).toBe(outcome);
  });
});

function byteByByte(text: string) {
  return (socket: Socket) => {
    socket.setNoDelay();
    const next = (at: number) => {
      if (at === text.length) socket.end();
      else socket.write(text[at]!, () => next(at + 1));
    };
    next(0);
  };
}
