import { describe, expect, it } from 'vitest';
import { scrubber } from '../../src/scrub.ts';

const KEY = `aB3/é+"x&y z\\9`;
const scrub = scrubber(['other-key', KEY]);

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
    ['in XML by numbers', KEY.replace('&', '&#38;').replace('"', '&#x22;').replace('é', '&#xe9;')],
  ])('removes a secret that is spelt %s', (_title, spelling) => {
    expect(scrub(`<a>${spelling}</a> and other-key!`)).toBe('<a>[removed]</a> and [removed]!');
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
    const text = 'OTHER-KEY $1 .* (x)';
    expect(scrub(text)).toBe(text);
    expect(scrubber(['.*', '$&', ''])(text)).toBe('OTHER-KEY $1 [removed] (x)');
    expect(scrubber([])(text)).toBe(text);
  });
});
