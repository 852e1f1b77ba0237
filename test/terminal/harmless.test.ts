import { expect, test } from 'vitest';
import { harmless, harmlessJson } from '../../src/harmless.ts';

test.each([
  ['an escape sequence', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
  ['its form of one character', '\u009b31m', '\\u009b31m'],
  ['line breaks and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
  ['line breaks of Unicode', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\u0085d'],
  ['what turns text round', '\u202eabc\u2066', '\\u202eabc\\u2066'],
  ['invisible characters', 'a\u200bb\ufeff\u00ad\u180e', 'a\\u200bb\\ufeff\\u00ad\\u180e'],
  ['tags, beyond 16 bits', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ['half a character', 'a\ud800b', 'a\\ud800b'],
  ['DEL and NUL', '\u007f\u0000', '\\u007f\\u0000'],
])('%s is spelled out', (_, text, shown) => {
  expect(harmless(text)).toBe(shown);
  expect(harmless(shown)).toBe(shown);
});

test('ordinary text does not change', () => {
  const text = 'Zoë, 日本語, عربى, "C:\\plans" – 👍🏽 1 % of 5 $';
  expect(harmless(text)).toBe(text);
});

test('a JSON document keeps its meaning with its characters spelled out', () => {
  const document = { 'why\u009b': ['a\u001b\n\u202e', '\u{e0041}', '\u007f', 'Zoë'] };
  const json = harmlessJson(JSON.stringify(document, null, 2));
  expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(json)).toEqual(document);
  expect(json).toContain('Zoë');
});
