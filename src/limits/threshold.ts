import type { Threshold } from '../documents/index.ts';
import { counted } from '../english.ts';
import { exceeds, moneyWords } from '../prices/index.ts';

type Asked = { numbers: number; money: string | null; currency: string | null };

/** Whether this is above the threshold. What has no price may cost more than any sum. */
export function isAbove({ aboveNumbers, aboveMoney, currency }: Threshold, asked: Asked): boolean {
  if (aboveNumbers !== null && asked.numbers > aboveNumbers) return true;
  if (aboveMoney === null || currency === null) return false;
  return asked.money === null || asked.currency !== currency || exceeds(aboveMoney, asked.money);
}

/** What to expect of a plan's start, as a sentence; none when it needs no approval. */
export function startWords(threshold: Threshold | null, asked: Asked): string[] {
  if (threshold === null || !isAbove(threshold, asked)) return [];
  return [`Above ${thresholdWords(threshold)}, the start needs another person's approval.`];
}

/** `500 numbers or 1,000.00 USD`. */
export function thresholdWords({ aboveNumbers, aboveMoney, currency }: Threshold): string {
  return [
    ...(aboveNumbers === null ? [] : [counted(aboveNumbers, 'number')]),
    ...(aboveMoney === null ? [] : [moneyWords(aboveMoney, currency ?? '')]),
  ].join(' or ');
}
