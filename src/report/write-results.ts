import { findPlan, type Ledger } from '../ledger/index.ts';
import { Drafts } from './drafts.ts';
import { factsOf } from './facts.ts';
import { type Summary, summarize, summaryText } from './summary.ts';
import { tablePieces } from './tables.ts';

/**
 * Writes the current six result files of a plan into a folder, which it creates if necessary, and
 * returns the summary. It replaces all files at the end, the summary last: the hashes in it show
 * whether the other files belong to it.
 *
 * Throws AppError `not_found`, or `bad_config` when it cannot write. The old files are then still
 * there, or some are new and the old summary's hashes show it.
 */
export async function writeResults(
  ledger: Ledger,
  planId: number,
  folder: string,
): Promise<Summary> {
  const plan = await findPlan(ledger, planId);
  await using drafts = await Drafts.open(folder);
  const summary = await summarize(ledger, plan, (name, notes) =>
    drafts.write(name, (append) => factsOf(tablePieces(ledger, planId, name, notes), append)),
  );
  await drafts.write('summary.json', (append) => append(Buffer.from(summaryText(summary))));
  await drafts.publish();
  return summary;
}
