import type { Ladder } from '../fallback/index.ts';
import type { PlanCheck } from './check.ts';

/** A check as programs get it: of many ladders it holds the first ones, in words too. */
export type CheckDocument = Omit<PlanCheck, 'ladders' | 'ladderWords' | 'isMendable'> & {
  ladderCount: number;
  ladders: (Ladder & { words: string })[];
};

export function checkDocument(plan: PlanCheck): CheckDocument {
  const { ladders, ladderWords, isMendable: _, ...check } = plan;
  const shown = ladderWords.map((words, at) => ({ ...ladders[at]!, words }));
  return { ...check, ladderCount: ladders.length, ladders: shown };
}
