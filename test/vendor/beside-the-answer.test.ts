/**
 * What an answer says beside its body: in its status line, in a field of its head, in an answer of
 * status 102 or 103 before it, in the lines between its chunks. HTTP has no use for most of it, and
 * a client drops it. But a pause and a refusal count only if all that came says so.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/vendor/index.ts';
import { answered } from './edge-cases.ts';
import { http, inChunks, write } from './raw-server.ts';
import { failure, numbersFrom, SEED_ANSWER, sale } from './seed-answer.ts';

const none = failure('No numbers available');
const early = (status: string, fields = '') => `HTTP/1.1 ${status}\r\n${fields}\r\n`;

const SOLD = 'Order placed, purchased 2125550100';

const heard = (text: string) => answered(write(text, 'fin'));

describe('a purchase leaves its order unknown when it is told', () => {
  it.each([
    ['in the status line of a call for a pause', http('', `429 ${SOLD}`)],
    ['in the status line of a refusal', http(none, `200 ${SOLD}`)],
    ['in the status line, without a number', http('', '429 Order placed')],
    ['in the status line, by its number alone', http('', '429 212-555-0100')],
    ['in a field of a call for a pause', http('', '429 X', `x-status: ${SOLD}\r\n`)],
    ['in the name of a field', http('', '429 X', 'x-purchased-2125550100: yes\r\n')],
    ['in two fields of one name', http(none, '200 X', 'x-it: placed\r\nx-it: 2125550100\r\n')],
    ['in a field that has two lines', http(none, '200 X', 'x-it: placed\r\n  2125550100\r\n')],
    ['in a field that is no name to JavaScript', http('', '429 X', `__proto__: ${SOLD}\r\n`)],
    [
      'in a field before a call for a pause',
      early('103 X', `x-it: ${SOLD}\r\n`) + http('', '429 X'),
    ],
    ['in a field before a refusal', early('102 Processing', `x-it: ${SOLD}\r\n`) + http(none)],
    ['in a status line before a refusal', early(`103 ${SOLD}`) + http(none)],
    [
      'in the second of three answers before a refusal',
      early('103 X') + early('103 X', `x-it: ${SOLD}\r\n`) + early('103 X') + http(none),
    ],
    ['beside a chunk', inChunks([none], { beside: `;status="${SOLD}"` })],
    ['beside the last chunk', inChunks([none], { atEnd: `;status="${SOLD}"` })],
    ['beside a chunk, by a word that nobody knows', inChunks([none], { beside: ';claimed' })],
  ])('%s', async (_title, text) => {
    expect(await heard(text)).toMatchObject({ outcome: 'unknown' });
  });

  it('in the head of a sale of fewer than asked, which does not list it', async () => {
    const two = sale(numbersFrom(5555550100, 2));
    const { outcome } = await heard(http(two, '200 OK', `x-it: ${SOLD}\r\n`));
    expect(outcome).toBe('unknown');
    expect((await heard(http(two, '200 OK', 'set-cookie: purchased=5555550100\r\n'))).outcome).toBe(
      'short',
    );
  });
});

describe('is kept beside the body', () => {
  it.each([
    ['what comes beside its chunks', inChunks([none], { beside: `;x="${SOLD}"` }), `;x="${SOLD}"`],
    ['a status line that leaves doubt', http(none, `200 ${SOLD}`), `HTTP/1.1 200 ${SOLD}`],
    ['a field that leaves doubt', http(none, '200 X', `X-It: ${SOLD}\r\n`), `X-It: ${SOLD}`],
  ])('%s', async (_title, text, line) => {
    expect((await heard(text)).body!.trimEnd()).toBe(`${none}\n${line}`);
  });
});

it('an answer is unclear after more answers of status 103 than are kept', async () => {
  const many = early('103 X', `x-it: ${'x'.repeat(10_000)}\r\n`).repeat(30);
  expect((await heard(many + http(none))).outcome).toBe('unknown');
});

describe('an answer is read as before', () => {
  const letters = [...none];
  it.each<[string, string, Outcome]>([
    ['with the status line of a pause', http('', '429 Too Many Requests'), 'throttled'],
    ['without words in its status line', http(none, '200'), 'short'],
    ['with a field before it', early('103 Early Hints', 'link: </a>\r\n') + http(none), 'short'],
    ['after one of status 102', early('102 Processing') + http('', '429 X'), 'throttled'],
    ['after a blank line', `\r\n${http(none)}`, 'short'],
    ['in many chunks', inChunks(letters), 'short'],
    [
      'in chunks whose lengths have zeros',
      inChunks(letters).replaceAll('\r\n1\r', '\r\n001\r'),
      'short',
    ],
    ['in chunks, as a sale', inChunks([...SEED_ANSWER]), 'filled'],
    ['with its end only', `HTTP/1.1 200 OK\r\n\r\n${SEED_ANSWER}`, 'filled'],
  ])('%s', async (_title, text, outcome) => {
    expect((await heard(text)).outcome).toBe(outcome);
  });
});
