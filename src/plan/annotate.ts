import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { ERROR_COLUMN } from './columns.ts';
import { csvOf } from './csv.ts';
import { openPlanFile } from './file.ts';
import type { Header } from './header.ts';
import { Ladders } from './ladders.ts';
import { type ReadOptions, type RowRules, rowRulesOf } from './options.ts';
import { Unreadable } from './plan-error.ts';
import { RowJudge } from './row-judge.ts';
import { guarded } from './spreadsheet.ts';
import { openTable } from './table.ts';
import { Warnings } from './warnings.ts';

type Annotated = { rows: number; faultyRows: number };

/**
 * Writes a plan again with a last column `fault`, which says what is wrong with each row. Reading
 * skips that column, so a corrected file needs no other change. UTF-8, with the plan's own
 * delimiter. Rows above the header stay, blank rows go, and a missing header is added. Surplus
 * cells stand after the column `fault`. A row that ended early is filled up, and
 * says so there.
 *
 * `out` appears only when it is complete, and replaces no file with anything in it. Throws AppError
 * `no_file` or `bad_file` when the plan cannot be read as CSV with a header, when `out` is the plan
 * itself or another file, or when it cannot be written.
 */
export async function annotatePlan(
  path: string,
  out: string,
  options: ReadOptions = {},
): Promise<Annotated> {
  const rules = rowRulesOf(options);
  // A name that no other file has: the plan itself may be called `${out}.part`.
  const part = `${out}.${randomBytes(4).toString('hex')}.part`;
  const failed = (cause: NodeJS.ErrnoException) => unwritable(out, cause);
  await using file = await openPlanFile(path);
  await refuseOut(path, out);
  const written = await open(part, 'wx').catch(failed);
  const append = (text: string) => written.appendFile(text).catch(failed);
  try {
    const annotated = await write(append, file.chunks, rules, options);
    await written.close().catch(failed);
    await rename(part, out).catch(failed);
    return annotated;
  } catch (error) {
    await written.close().catch(() => {});
    await rm(part, { force: true });
    throw error instanceof Unreadable ? cannotAnnotate(path, error) : error;
  }
}

async function refuseOut(path: string, out: string): Promise<void> {
  const there = await stat(out).catch(() => null);
  if (there === null) return;
  const plan = await stat(path);
  if (there.ino === plan.ino && there.dev === plan.dev) {
    const message = `${out} is the plan itself. Give the annotated plan another name.`;
    throw new AppError('bad_file', message, { path });
  }
  if (there.isFile()) {
    if (there.size === 0) return;
    const message = `${out} is there already. Name another file, or remove it first.`;
    throw new AppError('bad_file', message, { path: out });
  }
  const kind = there.isDirectory() ? 'a directory' : 'not a file';
  const message = `${out} is ${kind}. Name a file for the annotated plan.`;
  throw new AppError('no_file', message, { path: out });
}

async function write(
  append: (text: string) => Promise<void>,
  chunks: AsyncIterator<Buffer>,
  rules: RowRules,
  { areaCodes }: ReadOptions,
): Promise<Annotated> {
  const table = await openTable(chunks, rules.quantity !== null);
  const { header, delimiter, above, rows: batches } = table;
  const annotated = { rows: 0, faultyRows: 0 };
  const names = withErrors(header.names, header, ERROR_COLUMN);
  // Blank rows go. A row `sep=;` after them goes too, or it would become the first and name the
  // delimiter.
  const kept = above.map(({ cells }) => cells).filter(([first = '']) => !/^sep=/i.test(first));
  const head = [...kept, names].map((cells) => cells.map(guarded));
  await append(`\ufeff${csvOf(head, delimiter)}`);
  const judge = new RowJudge(header, rules, areaCodes, new Ladders(areaCodes), new Warnings());
  for await (const rows of batches) {
    const written: string[][] = [];
    rows((row) => {
      const { errors } = judge.judge(row);
      annotated.rows += 1;
      if (errors.length > 0) annotated.faultyRows += 1;
      const said = errors.map(({ message }) => message.replace(/\.$/, ''));
      if (row.cells.length < header.width) said.push(ENDED_EARLY);
      written.push(withErrors(row.cells, header, said.join('; ')).map(guarded));
    });
    await append(csvOf(written, delimiter));
  }
  return annotated;
}

/** For the person who looks at the file: the filled row does not show it any more. */
const ENDED_EARLY = 'This row ended early: if it was cut off, complete it';

/** The row with its errors in the last column, in place of those of an earlier file. */
function withErrors(cells: readonly string[], header: Header, errors: string): string[] {
  const kept = header.names.map((_, at) => cells[at] ?? '');
  const own = kept.filter((_, at) => header.names[at] !== ERROR_COLUMN);
  return [...own, errors, ...cells.slice(header.names.length)];
}

function cannotAnnotate(path: string, { message, errors }: Unreadable): AppError {
  const text =
    `${path} cannot be annotated row by row, because it cannot be read as a plan. ` +
    `Line ${errors[0]?.line}: ${message}`;
  return new AppError('bad_file', text, { path, faults: errors });
}

function unwritable(out: string, cause: NodeJS.ErrnoException): never {
  const message =
    `${out} cannot be written (${cause.code ?? 'unknown error'}). Check the folder ` +
    'and its permissions.';
  throw new AppError('no_file', message, { path: out }, { cause });
}
