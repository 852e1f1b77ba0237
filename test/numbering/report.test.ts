import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changesBetween, embeddedNumbering, readReportFile } from '../../src/numbering/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { changed, REPORT, reportFile } from './report-text.ts';

const GENERATE = resolve(import.meta.dirname, '../../src/numbering/generate.ts');
const TABLE = resolve(GENERATE, '../area-codes.csv');
const LINES = REPORT.toString().split('\r\n');

const generate = (report: string, table: string) =>
  execFileSync(process.execPath, [GENERATE, report, table], { stdio: 'pipe' });

test('the table is what the generator makes of the report', () => {
  const table = join(temporaryFolder(), 'area-codes.csv');
  generate(reportFile(), table);
  expect(readFileSync(table, 'utf8')).toBe(readFileSync(TABLE, 'utf8'));
});

test('the generator takes no report with other counts than a person has seen', () => {
  const table = join(temporaryFolder(), 'area-codes.csv');
  const report = reportFile(changed(['N,27-Feb-2027', 'Y,01-Feb-2026']));
  expect(() => generate(report, table)).toThrow('"CA":56');
  expect(existsSync(table)).toBe(false);
});

describe('a report is read', () => {
  test('to the same codes as the table has', () => {
    const read = readReportFile(reportFile());
    expect(read.all()).toEqual(embeddedNumbering().all());
    expect(read.sha256).toBe(embeddedNumbering().sha256);
  });

  test('with quoted cells and a byte-order mark', () => {
    const text = changed(['Calls between the 551', '"Calls, ""between""\r\nthe 551']).toString();
    const quoted = text.replace('service provider discretion.', 'service provider discretion."');
    const read = readReportFile(reportFile(`\ufeff${quoted}`));
    expect(read.all()).toEqual(embeddedNumbering().all());
  });

  test('and a newer code lies where those lie that it overlays', () => {
    const row = '212/332/646/917';
    const path = reportFile(
      changed(
        ['File Date,08/17/2026', 'File Date,01/31/2027'],
        [
          /\b935,[^\r]*/,
          `935,,Yes,,No,Yes,,G,NY,US,Y,01-Jan-2027,,,,Yes,935/${row}${','.repeat(15)}`,
        ],
      ),
    );
    const read = readReportFile(path);
    expect(read.overlaysOf('212')).toEqual(['332', '646', '917', '935']);
    const [nearest] = read.nearby('935', 1, { today: '2027-02-01' });
    expect(nearest).toEqual({ code: '212', miles: 0 });
    expect(changesBetween(embeddedNumbering(), read)).toEqual([
      { code: '212', what: 'overlays', was: '332, 646, 917', is: '332, 646, 917, 935' },
      ...['332', '646', '917'].map((code) => expect.objectContaining({ code, what: 'overlays' })),
      { code: '935', what: 'assigned', was: '', is: 'New York' },
    ]);
  });

  test.each<[title: string, report: string | Buffer, why: string]>([
    ['an empty file', '', 'its first line is not "File Date,MM/DD/YYYY"'],
    ['a web page', '<!doctype html><title>Blocked</title>', 'its first line is not'],
    ['a date of no calendar', changed(['08/17/2026', '02/30/2026']), 'its first line is not'],
    ['another column', changed(['USE', 'USAGE']), 'it has no column USE'],
    [
      'other columns',
      changed(['USE', 'USAGE'], [',SERVICE', ',FOR']),
      'it has no columns USE and SERVICE',
    ],
    [
      'a row too few',
      LINES.toSpliced(500, 1).join('\r\n'),
      'it has 799 rows of area codes, not 800',
    ],
    ['a row too many', [...LINES.slice(0, -1), LINES[5]].join('\r\n'), 'it has 801 rows'],
    [
      'a code twice',
      LINES.toSpliced(10, 1, LINES[9]!).join('\r\n'),
      'row 9 is not that of area code 208',
    ],
    ['a row cut off', changed([/^300,.*$/m, '300,General']), 'area code 300 has 2 cells'],
    ['an open quote', changed(['General Purpose', '"General']), 'is not CSV'],
    [
      'an unknown state',
      changed(['01-Jan-1947,G,NJ,US', '01-Jan-1947,G,JN,US']),
      'area code 201 has an unknown location (JN)',
    ],
    [
      'an unknown country',
      changed([',BERMUDA,BERMUDA,', ',BERMUDA,ATLANTIS,']),
      'an unknown country (ATLANTIS)',
    ],
    [
      'an unreadable date',
      changed(['NJ,US,Y,01-Jan-1947', 'NJ,US,Y,1947-01-01']),
      'area code 201 has an unreadable date (1947-01-01)',
    ],
  ])('but not %s', (_title, report, why) => {
    const path = reportFile(report);
    expect(() => readReportFile(path, 'It')).toThrow(
      expect.objectContaining({
        code: 'bad_file',
        message: expect.stringMatching(/^It is not NANPA's report of area codes: [^\n]+\.$/),
      }),
    );
    expect(() => readReportFile(path)).toThrow(why);
  });

  test('but not a folder or what is not there', () => {
    const folder = temporaryFolder();
    expect(() => readReportFile(folder, 'It')).toThrow('It cannot be read (EISDIR).');
    rmSync(folder, { recursive: true });
    expect(() => readReportFile(join(folder, 'report.csv'))).toThrow(
      expect.objectContaining({ code: 'no_file', message: expect.stringContaining('(ENOENT)') }),
    );
  });
});
