import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanDocument } from '../ledger/index.ts';
import { readJsonFile } from '../reading/index.ts';
import { RESULT_NAMES } from './result-file.ts';
import type { Summary } from './summary.ts';

type Holder = Pick<Summary, 'id' | 'name' | 'sha256'> & { submitted: string };

/** The plan whose summary is in that folder; null: there is none that can be read. */
export function resultsIn(folder: string): Holder | null {
  const read = readJsonFile(join(folder, 'summary.json'));
  const found = 'document' in read ? (read.document as Partial<Summary> | null) : null;
  if (!found?.id || !found.sha256) return null;
  const { id, name = '', sha256, times } = found;
  return { id, name, sha256, submitted: times?.submitted ?? '' };
}

/** A file that writing results would replace. Without a summary beside it, it is not ours. */
export function resultFileIn(folder: string): string | undefined {
  return RESULT_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
}

/** Ids alone are not enough: each ledger counts from 1. */
export const isHolder = (holder: Holder, plan: PlanDocument): boolean =>
  holder.id === plan.id &&
  holder.sha256 === plan.sha256 &&
  holder.submitted === plan.submittedAt.toISOString();
