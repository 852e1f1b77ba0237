import { AppError } from '../errors.ts';
import type { Numbering } from '../numbering/index.ts';
import { fileNamed } from '../scrub.ts';
import type { Config } from './read.ts';

/**
 * The area codes of the report that NUMBERING_FILE names; else of the table that the program holds.
 * Throws AppError `bad_config` for a file that is no such report.
 */
export async function numberingOf({
  numberingFile: file,
}: Pick<Config, 'numberingFile'>): Promise<Numbering> {
  // Most commands know no area codes, and start faster without.
  const { embeddedNumbering, readReportFile } = await import('../numbering/index.ts');
  if (file === null) return embeddedNumbering();
  try {
    return readReportFile(file, `NUMBERING_FILE names ${fileNamed(file)}, which`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('bad_config', error.message, { faults: [error.message] }, { cause: error });
  }
}
