import { join } from 'node:path';
import { expect, test } from 'vitest';
import { numberingOf } from '../../src/config/index.ts';
import { changed, reportFile } from '../numbering/report-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('area codes are those of the program, or of the report that is named', async () => {
  expect((await numberingOf({ numberingFile: null })).fileDate).toBe('2026-08-17');
  const numberingFile = reportFile(changed(['08/17/2026', '12/31/2026']));
  expect((await numberingOf({ numberingFile })).fileDate).toBe('2026-12-31');
});

test.each<[what: string, report: string | Buffer, why: RegExp]>([
  ['a web page', '<!doctype html>', /its first line is not "File Date,MM\/DD\/YYYY"\.$/],
  ['a report with a row too few', changed([/^999,.*\r\n/m, '']), /it has 799 rows of area codes/],
])('a fault is %s', async (_what, report, why) => {
  const numberingFile = reportFile(report);
  const fault = await numberingOf({ numberingFile }).catch((error) => error);
  expect(fault).toMatchObject({ code: 'bad_config', details: { faults: [fault.message] } });
  expect(fault.message).toMatch(/^NUMBERING_FILE names .*, which is not NANPA's report/);
  expect(fault.message).toMatch(why);
});

test('a fault is a file that is not there', async () => {
  const numberingFile = join(temporaryFolder(), 'none.csv');
  await expect(numberingOf({ numberingFile })).rejects.toMatchObject({
    code: 'bad_config',
    message: `NUMBERING_FILE names ${numberingFile}, which cannot be read (ENOENT).`,
  });
});
