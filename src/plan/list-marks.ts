import { wordsOf } from './near-column.ts';

const DAY = new RegExp(
  '\\b(?:date|datum|fecha|timestamp)\\b|' +
    '^(?:as of|due|exported|(?:needed|required|wanted|due) by|' +
    '(?:created|updated|modified|exported|printed|requested|submitted|entered|added) (?:on|at))$',
);
const NUMBER_OF_PURCHASE = new RegExp(
  '^(?:(?:customer|client|our|your) )?' +
    '(?:p\\.? ?o\\.?|purchase order|(?:purchase )?requisition|invoice|bestell(?:ung|nummer))' +
    '(?: ?(?:#|no\\.?|num\\.?|number|nr\\.?|id|ref\\.?|reference))*$',
);

/**
 * Whether a column says when, or under which number, its list was ordered or written. The same list
 * comes again with another one, so such a column makes no other wish of a line.
 */
export function marksTheList(name: string): boolean {
  const words = wordsOf(name);
  return DAY.test(words) || NUMBER_OF_PURCHASE.test(words);
}
