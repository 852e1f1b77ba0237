import { findPlan, type Ledger } from '../ledger/index.ts';
import { Drafts } from './drafts.ts';
import { factsOf } from './facts.ts';
import { type Summary, summarize, summaryText } from './summary.ts';
import { tablePieces } from './tables.ts';

/**
 * Writes the six result files of a plan, as they are now, into a folder that is made when there is
 * none, and returns what `summary.json` says. Files of the same names are replaced, all at the end,
 * the summary last: with it in place, the hashes in it tell whether the others belong to it.
 *
 * Throws AppError `not_found`, or `bad_config` when the folder cannot be written; what was in the
 * folder is then still there.
 */
export async function writeResults(
  ledger: Ledger,
  planId: number,
  folder: string,
): Promise<Summary> {
  const plan = await findPlan(ledger, planId);
  await using drafts = await Drafts.open(folder);
  const summary = await summarize(plan, (name) =>
    drafts.write(name, (append) => factsOf(tablePieces(ledger, planId, name), append)),
  );
  await drafts.write('summary.json', (append) => append(Buffer.from(summaryText(summary))));
  await drafts.publish();
  return summary;
}
