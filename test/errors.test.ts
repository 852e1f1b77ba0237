import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError, ERROR_CODES } from '../src/errors.ts';
import { ROOT, read } from './support/project.ts';

const PAGE = resolve(ROOT, 'docs/errors.md');
const known = Object.keys(ERROR_CODES).sort();

const sources = globSync('{src,jobs}/**/*.ts', { cwd: ROOT }).map((path) => ({
  path,
  text: read(path),
}));

/** The codes that a source gives to new errors; '?' for one that is not a literal. */
const codesIn = (text: string): string[] =>
  [...text.matchAll(/new AppError\(\s*(?:'([^']*)')?/g)].map(([, code]) => code ?? '?');

test('an error keeps its code, its facts and its cause', () => {
  const cause = new Error('below');
  const error = new AppError('not_found', 'There is no plan 5.', { id: 5 }, { cause });
  expect(error).toMatchObject({ name: 'AppError', code: 'not_found', details: { id: 5 }, cause });
  expect(String(error)).toBe('AppError: There is no plan 5.');
});

describe('the codes of errors', () => {
  test('are each thrown somewhere', () => {
    const thrown = new Set(sources.flatMap(({ text }) => codesIn(text)));
    expect(known.filter((code) => !thrown.has(code))).toEqual([]);
  });

  test('are written where they are thrown, and known', () => {
    const unknown = sources.flatMap(({ path, text }) =>
      codesIn(text)
        .filter((code) => !known.includes(code))
        // It passes on a known code of a server.
        .filter((code) => !(path === 'src/operations/request.ts' && code === '?'))
        .map((code) => `${path}: ${code}`),
    );
    expect(unknown).toEqual([]);
  });

  test('are found in sources that are written in any way', () => {
    const text =
      `throw new AppError('a', 'x'); return new AppError(\n  'b',\n 'y'); new ` + 'AppError(code)';
    expect(codesIn(text)).toEqual(['a', 'b', '?']);
  });

  test('have words that say what they mean', () => {
    for (const meaning of Object.values(ERROR_CODES)) expect(meaning).toMatch(/^[a-zR].{10,}[^.]$/);
  });

  test('are those of the table in docs/errors.md, and so are their words', () => {
    expect(tableOf(readFileSync(PAGE, 'utf8'))).toEqual(Object.entries(ERROR_CODES));
  });
});

/** Code and meaning of each row of the table below "Codes", without backticks. */
function tableOf(page: string): string[][] {
  const [, section = ''] = page.split(/^#+ Codes$/m);
  const [chapter = ''] = section.split(/^#+ /m);
  const rows = chapter.replaceAll('`', '').matchAll(/^\| (\w+) \| (.*) \|$/gm);
  // Without the head of the table.
  return [...rows].map(([, ...cells]) => cells).slice(1);
}
