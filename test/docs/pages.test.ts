import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../src/plan/index.ts';
import { writePlan } from '../support/plan-on-disk.ts';
import { read } from '../support/project.ts';
import {
  blocksOf,
  brokenCommands,
  deadLinks,
  filesOf,
  linksOf,
  missingPaths,
  PAGES,
} from './pages.ts';

test('README can be read in three minutes', () => {
  expect(read('README.md').split(/\s+/).length).toBeLessThanOrEqual(1_200);
});

describe.each(PAGES)('%s', (page) => {
  test('names files and folders that there are', () => {
    expect(missingPaths(read(page))).toEqual([]);
  });

  test('links to pages and headings that there are', () => {
    expect(deadLinks(page, read(page))).toEqual([]);
  });

  test('has no line of prose above 120 columns', () => {
    const prose = read(page).replace(/^```.*?^```/gms, '');
    expect(prose.split('\n').filter((line) => !line.startsWith('|') && line.length > 120)).toEqual(
      [],
    );
  });

  test('has commands that can be pasted, and plans that can be read', async () => {
    expect(brokenCommands(read(page))).toEqual([]);
    for (const plan of blocksOf('csv', read(page)))
      expect((await checkPlan(writePlan(plan))).faults).toEqual([]);
  });
});

test('every page and picture of docs/ is linked from another page', () => {
  const linked = PAGES.flatMap((page) =>
    linksOf(page, read(page))
      .map(({ target }) => target)
      .filter((target) => target !== page),
  );
  expect(filesOf('docs/**/*.*').filter((path) => !linked.includes(path))).toEqual([]);
});

const DECISION =
  /^# .+\n\nDate: 2\d{3}-\d\d-\d\d\n\n\*\*Context\.\*\*.*\*\*Decision.*\*\*Consequences\./s;

test('every decision says when it was made, and what follows', () => {
  for (const page of filesOf('docs/decisions/*.md').filter((path) => !path.endsWith('README.md')))
    expect(read(page)).toMatch(DECISION);
});

describe('what is not there is noticed', () => {
  test.each([
    ['in words', 'see `src/plan/gone.ts`', ['src/plan/gone.ts']],
    ['in a diagram', '```mermaid\n  a["jobs/gone.ts<br>job"] --> b\n```', ['jobs/gone.ts']],
    ['a folder', 'all of `test/gone/` and `test/plan/`', ['test/gone/']],
    ['but not at another place', '/var/src/x and https://x.org/docs/gone', []],
  ])('%s', (_, text, missing) => {
    expect(missingPaths(text)).toEqual(missing);
  });

  test.each([
    ['a page', '[x](docs/gone.md)', ['docs/gone.md']],
    ['a heading', '[x](docs/errors.md#gone)', ['docs/errors.md#gone']],
    ['a heading of its own', '[x](#gone)', ['README.md#gone']],
    ['but not what is there', '[x](docs/errors.md#codes) [y](https://x.org/gone)', []],
  ])('%s', (_, text, dead) => {
    expect(deadLinks('README.md', text)).toEqual(dead);
  });
});

describe('the sources', () => {
  const comments = filesOf('{src,jobs,test,bench,deploy}/**/*.{ts,js,css,sql,yaml,yml}')
    .filter((path) => !path.startsWith('test/docs/'))
    .map((path) => ({ path, text: read(path) }));

  test('cite documents that there are', () => {
    const cited = comments.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:docs|bench)\/[\w./-]+\.md\b/g)]
        .filter(([page]) => !PAGES.includes(page))
        .map(([page]) => `${path} cites ${page}`),
    );
    expect(cited).toEqual([]);
  });

  test('cite a law by its name and not by a number', () => {
    const numbered = comments.filter(({ text }) => /\b(?:law|promise) \d|DESIGN's/i.test(text));
    expect(numbered.map(({ path }) => path)).toEqual([]);
  });
});
