import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { OWN_FOLDER } from '../own-folder.ts';
import { Numbering } from './numbering.ts';
import { readReport } from './report.ts';
import { readTable } from './table.ts';

const OURS = join(OWN_FOLDER, 'numbering/area-codes.csv');

let embedded: Numbering | undefined;

/** The table that the program holds; read when it is first asked for. */
export function embeddedNumbering(): Numbering {
  embedded ??= new Numbering(readTable(readFileSync(OURS, 'utf8')));
  return embedded;
}

/**
 * NANPA's report in a file, as it was served, with the program's own centres. `name` names the file
 * in an error. Throws AppError `no_file` or `bad_file`.
 */
export function readReportFile(path: string, name = path): Numbering {
  return embeddedNumbering().withCodes(readReport(bytesOf(path, name), path, name));
}

function bytesOf(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('no_file', `${name} cannot be read (${code}).`, { path }, { cause: error });
  }
}
