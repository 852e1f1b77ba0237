import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { AppError } from '../errors.ts';
import { FAULT_COLUMN } from './columns.ts';
import { type Fault, Unreadable } from './fault.ts';
import { openPlanFile } from './file.ts';
import type { Header } from './header.ts';
import { judgeRow } from './judge.ts';
import { defaultQuantityOf, type ReadOptions } from './options.ts';
import { guarded } from './spreadsheet.ts';
import { openTable } from './table.ts';

export type Mended = { rows: number; faultyRows: number };

/**
 * Writes a plan again, to be mended in a spreadsheet: its rows and columns in their order, and a
 * last column `fault` that says what is wrong with each row. Reading passes over that column, so
 * the mended file is used as it is. What stands above the header stays there. UTF-8, with the
 * plan's own delimiter; blank rows are left out, and a plan without a header row is given one. What
 * a row has too many stands after its fault; a row with too few cells is filled up, and keeps a
 * cell too many until a person has looked at it.
 *
 * `out` appears when it is complete and not before; an older file of that name is replaced. Throws
 * AppError `no_file` or `bad_file` when the plan cannot be read as CSV with a header, when `out`
 * is the plan itself, or when `out` cannot be written.
 */
export async function mendPlan(
  path: string,
  out: string,
  options: ReadOptions = {},
): Promise<Mended> {
  const defaultQuantity = defaultQuantityOf(options);
  const part = `${out}.part`;
  await using file = await openPlanFile(path);
  await refuseOut(path, out);
  const written = await open(part, 'w').catch((cause) => unwritable(out, cause));
  try {
    const mended = await write(written, file.chunks(), defaultQuantity);
    await written.close();
    await rename(part, out).catch((cause) => unwritable(out, cause));
    return mended;
  } catch (error) {
    await written.close();
    await rm(part, { force: true });
    throw error instanceof Unreadable ? unmendable(path, error) : error;
  }
}

/** An older file is replaced; the plan itself, a folder or a device never. */
async function refuseOut(path: string, out: string): Promise<void> {
  const there = await stat(out).catch(() => null);
  if (there === null) return;
  const plan = await stat(path);
  if (there.ino === plan.ino && there.dev === plan.dev) {
    const message = `${out} is the plan itself. Give the mended plan another name.`;
    throw new AppError('bad_file', message, { path });
  }
  if (there.isFile()) return;
  const kind = there.isDirectory() ? 'a directory' : 'not a file';
  const message = `${out} is ${kind}. Name a file for the mended plan.`;
  throw new AppError('no_file', message, { path: out });
}

async function write(
  out: FileHandle,
  chunks: AsyncIterator<Buffer>,
  defaultQuantity: number | null,
): Promise<Mended> {
  const table = await openTable(chunks, defaultQuantity !== null);
  const { header, delimiter, above, rows: batches } = table;
  const mended = { rows: 0, faultyRows: 0 };
  const names = withFault(header.names, header, FAULT_COLUMN);
  // Blank rows are left out: one that follows them must not become the file's first, `sep=;`.
  const kept = above.map(({ cells }) => cells).filter(([first = '']) => !/^sep=/i.test(first));
  await out.write(`\ufeff${csv([...kept, names], delimiter)}`);
  for await (const rows of batches) {
    const mendable = rows.map((row) => {
      const { faults } = judgeRow(row, header, defaultQuantity);
      mended.rows += 1;
      if (faults.length > 0) mended.faultyRows += 1;
      return withFault(row.cells, header, faults.map(sentence).join('; '));
    });
    await out.write(csv(mendable, delimiter));
  }
  return mended;
}

// A row that was cut short must not become a good one by being written with its blanks.
const UNSURE = 'remove this cell once the row is right';

/** The row with its fault in the last column, and without the fault of an earlier mending. */
function withFault(cells: readonly string[], header: Header, fault: string): string[] {
  const kept = header.names.map((_, at) => cells[at] ?? '');
  const surplus = cells.length < header.width ? [UNSURE] : cells.slice(header.names.length);
  const own = kept.filter((_, at) => header.names[at] !== FAULT_COLUMN);
  return [...own, fault, ...surplus];
}

function sentence({ message }: Fault): string {
  return message.replace(/\.$/, '');
}

function csv(rows: string[][], delimiter: string): string {
  // A cell of somebody else's may run as a formula in the spreadsheet it is mended in.
  const harmless = rows.map((row) => row.map(guarded));
  return stringify(harmless, {
    delimiter,
    record_delimiter: 'windows',
    // By itself the writer leaves a lone LF or CR bare, and the row could not be read again.
    quoted_match: /[\r\n]/,
  });
}

function unmendable(path: string, { message, faults }: Unreadable): AppError {
  const text =
    `${path} cannot be mended row by row, because it cannot be read as a plan. ` +
    `Line ${faults[0]?.line}: ${message}`;
  return new AppError('bad_file', text, { path, faults });
}

function unwritable(out: string, cause: NodeJS.ErrnoException): never {
  const message =
    `${out} cannot be written (${cause.code ?? 'unknown error'}). Check the folder ` +
    'and its permissions.';
  throw new AppError('no_file', message, { path: out }, { cause });
}
