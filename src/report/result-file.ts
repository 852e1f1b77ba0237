import { findPlan, type Ledger } from '../ledger/index.ts';
import { factsOf } from './facts.ts';
import { summarize, summaryText } from './summary.ts';
import { TABLE_NAMES, type TableName, tablePieces } from './tables.ts';

export type ResultName = TableName | 'summary.json';

export const RESULT_NAMES: readonly ResultName[] = [...TABLE_NAMES, 'summary.json'];

/**
 * One result file as `writeResults` would write it now, in pieces, in flat memory. `summary.json`
 * first reads the tables to their ends, because it holds their hashes.
 *
 * Throws AppError `not_found` at the first piece.
 */
export async function* resultFile(
  ledger: Ledger,
  planId: number,
  name: ResultName,
): AsyncGenerator<string> {
  if (name === 'summary.json') {
    const plan = await findPlan(ledger, planId);
    const nowhere = async () => {};
    const summary = await summarize(ledger, plan, (table, notes) =>
      factsOf(tablePieces(ledger, planId, table, notes), nowhere),
    );
    yield summaryText(summary);
  } else {
    for await (const { text } of tablePieces(ledger, planId, name)) yield text;
  }
}
