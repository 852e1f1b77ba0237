import { describe, expect, it } from 'vitest';
import { scrubber } from '../../src/scrub.ts';

const KEY = `aB3/é+"x&y z\\9`;
const scrub = scrubber(['other-key', KEY]);

const hex = (character: string) => character.codePointAt(0)!.toString(16);

const inBytes = (radix: number, between: string) =>
  [...Buffer.from(KEY)].map((byte) => byte.toString(radix).padStart(2, '0')).join(between);

describe('a scrubber', () => {
  it.each([
    ['as it is', KEY],
    ['percent-encoded', encodeURIComponent(KEY)],
    [
      'percent-encoded in small letters',
      encodeURIComponent(KEY).replace(/%../g, (it) => it.toLowerCase()),
    ],
    ['as in a form', `${new URLSearchParams({ a: KEY })}`.slice(2)],
    ['percent-encoded in part', KEY.replace('/', '%2F')],
    ['percent-encoded in every byte', Buffer.from(KEY).toString('hex').replace(/../g, '%$&')],
    ['in JSON', JSON.stringify(KEY).slice(1, -1)],
    ['in JSON that escapes slashes', JSON.stringify(KEY).slice(1, -1).replace('/', '\\/')],
    ['in XML', KEY.replace('&', '&amp;').replace('"', '&quot;')],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(KEY))],
    [
      'percent-encoded twice, in small letters',
      encodeURIComponent(encodeURIComponent(KEY)).replace(/%25../g, (it) => it.toLowerCase()),
    ],
    ['in XML twice', KEY.replace('&', '&amp;amp;').replace('"', '&amp;quot;')],
    ['in JSON by code units', [...KEY].map((c) => `\\u${hex(c).padStart(4, '0')}`).join('')],
    ['with its blank as a line break', KEY.replace(' ', '\r\n')],
    ['over two lines', `${KEY.slice(0, 5)}\n${KEY.slice(5)}`],
    ['over two lines of a letter', `${KEY.slice(0, 7)}=\r\n${KEY.slice(7)}`],
    ['in hex', Buffer.from(KEY).toString('hex')],
    ['in hex of capitals', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['in hex with colons', inBytes(16, ':')],
    ['in hex with 0x before each', inBytes(16, ', 0x')],
    ['in hex with blanks', inBytes(16, ' ')],
    ['in decimal bytes', inBytes(10, ',')],
    ['in decimal bytes with blanks', inBytes(10, ', ')],
    ['in XML by numbers without semicolons', [...KEY].map((c) => `&#${c.charCodeAt(0)}`).join('')],
    ['in XML by hex without semicolons', [...KEY].map((c) => `&#x${hex(c)}`).join('')],
    ['in capitals', KEY.toUpperCase()],
    ['in small letters', KEY.toLowerCase()],
    ['in XML by numbers', KEY.replace('&', '&#38;').replace('"', '&#x22;').replace('é', '&#xe9;')],
  ])('removes a secret that is spelt %s', (_title, spelling) => {
    expect(scrub(`<a>${spelling}</a> and other-key!`)).toBe('<a>[removed]</a> and [removed]!');
  });

  it.each([0, 1, 2])('removes what shows it in base64 of a text, %i bytes in', (before) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${'?'.repeat(before)}${KEY}&n=1`).toString(encoding);
      const left = scrub(`<a>${text}</a>`);
      expect(left).toMatch(/^<a>.{0,4}\[removed\].{0,10}<\/a>$/);
    }
  });

  it('removes the beginning of a secret in hex with colons', () => {
    const cut = inBytes(16, ':').slice(0, 29);
    expect(scrub(`sent ${cut}`)).toBe('sent [removed]');
  });

  it('removes a secret with blanks in it, however many come back', () => {
    const scrub = scrubber(['ab cd\tef  gh']);
    expect(scrub('x ab cd ef gh y')).toBe('x [removed] y');
    expect(scrub('x ab+cd%20ef++gh y')).toBe('x [removed] y');
  });

  it('removes it as often as it occurs', () => {
    expect(scrub(`${KEY}${KEY} ${KEY}`)).toBe('[removed][removed] [removed]');
  });

  it('removes the beginning of a secret at the end of a text that was cut', () => {
    expect(scrub('sent other-k')).toBe('sent [removed]');
    expect(scrub('sent oth')).toBe('sent oth');
    expect(scrub('other-kind')).toBe('other-kind');
  });

  it('removes a secret as a whole when another is its beginning', () => {
    expect(scrubber(['abcd', 'abcdefgh'])('x abcdefgh y')).toBe('x [removed] y');
  });

  it('leaves other text alone, whatever the secrets contain', () => {
    const text = 'ANOTHER KEY $1 .* (x)';
    expect(scrub(text)).toBe(text);
    expect(scrubber(['.*', '$&', ''])(text)).toBe('ANOTHER KEY $1 [removed] (x)');
    expect(scrubber([])(text)).toBe(text);
  });
});
