import { expect, test } from 'vitest';
import { withFullStop } from '../../src/english.ts';
import { codesOf, pageText, withTimes } from '../../src/web/pages/components/page-text.ts';
import { html } from '../../src/web/pages/html.ts';

test('codes are left out of a sentence, and kept beside it', () => {
  const said =
    'No whole answer came: the connection was cut (ECONNRESET). The other: it was not HTTP ' +
    '(HTTPParserError); the length (UND_ERR_RES_CONTENT_LENGTH_MISMATCH).';
  expect(pageText(said)).toBe(
    'No whole answer came: the connection was cut. The other: it was not HTTP; the length.',
  );
  expect(codesOf(said)).toEqual([
    'ECONNRESET',
    'HTTPParserError',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  ]);
  for (const words of ['It said (status 502).', 'All (or nothing) (Miami)', 'New York (NY)'])
    expect(pageText(words)).toBe(words);
});

test('times in a text get the form of the page, and the text is escaped', () => {
  const now = new Date(2026, 10, 25, 23, 0);
  const at = new Date(2026, 10, 25, 22, 31, 15, 87);
  const told = html`${withTimes(`<b> A list read after ${at.toISOString()} can show it.`, now)}`
    .text;
  expect(told).toContain(
    `${at.toISOString()}" data-form="exact">today 22:31:15</time> can show it.`,
  );
  expect(told).not.toContain('<b>');
});

test('a sentence ends with one full stop', () => {
  expect(withFullStop('lunch')).toBe('lunch.');
  expect(withFullStop('Lunch. ')).toBe('Lunch.');
  expect(withFullStop('It said: "no."')).toBe('It said: "no."');
});
