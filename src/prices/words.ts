import type { Cost } from '../documents/index.ts';
import { counted } from '../english.ts';
import { moneyWords } from './money.ts';

/** `1,234.50 USD once and 617.25 USD a month`; null: some of it has no price. */
export function sumWords({ once, monthly }: Cost, currency: string): string | null {
  if (once === null || monthly === null) return null;
  return `${moneyWords(once, currency)} once and ${moneyWords(monthly, currency)} a month`;
}

/** `1,200 numbers of the type tollfree and 3 slots have no price`; of at least one. */
export function unpricedWords({ unpriced }: Cost): string {
  const each = unpriced.map(({ what, count }) =>
    what === 'slot' ? counted(count, 'slot') : `${counted(count, 'number')} of the type ${what}`,
  );
  const isOne = unpriced.length === 1 && unpriced[0]!.count === 1;
  const list = [each.slice(0, -1).join(', '), ...each.slice(-1)].filter(Boolean).join(' and ');
  return `${list} ${isOne ? 'has' : 'have'} no price`;
}

/** `, without the unknown and surplus numbers`; blank when the cost lacks none. */
export function withoutWords({ without }: { without: string[] }): string {
  return without.length === 0 ? '' : `, without the ${without.join(' and ')} numbers`;
}
