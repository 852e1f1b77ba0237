import { beforeAll, describe, expect, test } from 'vitest';
import { changed, REPORT } from '../numbering/report-text.ts';
import { openShell, type Shell } from './shell.ts';

const NEWER = changed(['08/17/2026', '12/31/2026'], ['N,27-Feb-2027', 'N,01-Mar-2027']);

let shell: Shell;
beforeAll(() => {
  shell = openShell();
  shell.file('report.csv', REPORT);
  shell.file('newer.csv', NEWER);
  shell.file('page.csv', '<!doctype html>');
});

describe('numbering', () => {
  test('names the report of the table, and counts the codes', async () => {
    const answer = await shell.ask(['numbering']);
    expect(answer).toMatchObject({ code: 0, fileDate: '2026-08-17' });
    expect(answer.kinds).toContainEqual({ kind: 'toll-free', codes: 8, inService: 7 });
  });

  test('says what it knows of a code', async () => {
    const { code, stdout } = await shell.run(['numbering', '212']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^212 New York\n.*geographic\n.*since 1947-01-01\n.*332, 646, 917\n/);
    expect(stdout).toContain('332 (0)');
  });

  test.each([
    ['New York', ['212', '315', '716']],
    ['ny', ['212', '315', '716']],
    ['Québec', ['418', '514']],
    ['Ontario', ['416', '905']],
    ['canada', ['416', '902']],
    ['Jamaica', ['876']],
  ])('lists the codes of %s', async (place, some) => {
    const { codes, code } = await shell.ask(['numbering', place]);
    expect({ code, codes }).toEqual({ code: 0, codes: expect.arrayContaining(some) });
    expect(codes).not.toContain('312');
    const { stdout } = await shell.run(['numbering', place]);
    expect(stdout).toBe(`${place}: ${codes.join(', ')}\nBy NANPA's report of 2026-08-17.\n`);
  });

  test('knows a newer report by NUMBERING_FILE', async () => {
    const answer = await shell.ask(['numbering', '273'], { NUMBERING_FILE: 'newer.csv' });
    expect(answer).toMatchObject({ since: '2027-03-01', fileDate: '2026-12-31' });
  });

  test('--from says what another report changes', async () => {
    const same = await shell.ask(['numbering', '--from', 'report.csv']);
    expect(same).toMatchObject({ code: 0, changes: [] });
    const { changes } = await shell.ask(['numbering', '--from', 'newer.csv']);
    expect(changes).toEqual([{ code: '273', what: 'since', was: '2027-02-27', is: '2027-03-01' }]);
    const { stdout } = await shell.run(['numbering', '--from', 'newer.csv']);
    expect(stdout).toMatch(/ 273 +since +2027-02-27 +2027-03-01\n$/);
  });

  test.each([
    [['935'], 'not_found', "Area code 935 is not assigned in NANPA's report of 2026-08-17."],
    [['2125'], 'invalid_usage', '"2125" is not an area code: it must have 3 digits.'],
    [['Chicago'], 'invalid_usage', '"Chicago" is no state, province or country of the numb'],
    [['212', '--from', 'report.csv'], 'invalid_usage', 'Say --from, or an area code, not both.'],
    [['--from', 'page.csv'], 'bad_file', "page.csv is not NANPA's report of area codes: "],
    [['--from', 'none.csv'], 'no_file', 'none.csv cannot be read (ENOENT).'],
  ])('%j is an error', async (args, code, message) => {
    const { error } = await shell.ask(['numbering', ...args]);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

test('nothing starts with a NUMBERING_FILE that is no report', async () => {
  const { error } = await shell.ask(['plans'], { NUMBERING_FILE: 'page.csv' });
  expect(error.code).toBe('bad_config');
  expect(error.faults).toEqual([
    expect.stringContaining("NUMBERING_FILE names page.csv, which is not NANPA's report"),
  ]);
});
