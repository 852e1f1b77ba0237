/**
 * The answer to routing.numbers: all that the account owns, in one piece however long. As with the
 * real vendor, nothing in it says which order a number came from, nor when.
 */
import type { BookKeeper } from './books.ts';
import type { ListFaults } from './list-faults.ts';
import type { Owned } from './owned-numbers.ts';

const OWNED_LABEL = 'Owned before';
const SOLD_LABEL = 'Unassigned';

/**
 * What was owned first, then what was sold up to the moment `until` (milliseconds since 1970), in
 * lines of text. A list fault changes it.
 */
export function* listNumbers(
  { owned, books, listFaults }: { owned: Owned; books: BookKeeper; listFaults: ListFaults },
  until: number,
): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<data>\n';
  const truth = inTruth(owned, books, listFaults.until(until));
  for (const number of listFaults.about(truth)) {
    const label = owned.has(number) ? OWNED_LABEL : SOLD_LABEL;
    yield `<record><phone_label>${label}</phone_label>` +
      `<phone_number>${number}</phone_number></record>\n`;
  }
  yield '</data>';
}

function* inTruth(owned: Owned, books: BookKeeper, until: number): Generator<number> {
  yield* owned.numbers();
  yield* books.soldUntil(until);
}
