/**
 * The answer to routing.numbers: all that the account owns, in one piece however long. As with the
 * real vendor, nothing in it says which order a number came from, nor when. The columns of the CSV
 * form are a guess: the vendor does not publish them.
 */
import type { BookKeeper } from './books.ts';
import type { ListFaults } from './list-faults.ts';
import type { Owned } from './owned-numbers.ts';

export type ListFormat = 'xml' | 'csv';

const OWNED_LABEL = 'Owned before';
const SOLD_LABEL = 'Unassigned';

/**
 * What was owned first, then what was sold up to the moment `until` (milliseconds since 1970), in
 * lines of text. A list fault changes it.
 */
export function* listNumbers(
  format: ListFormat,
  { owned, books, listFaults }: { owned: Owned; books: BookKeeper; listFaults: ListFaults },
  until: number,
): Generator<string> {
  const { head, record, foot } = FORMATS[format];
  yield head;
  const truth = inTruth(owned, books, listFaults.until(until));
  for (const number of listFaults.about(truth)) {
    yield record(owned.has(number) ? OWNED_LABEL : SOLD_LABEL, number);
  }
  yield foot;
}

function* inTruth(owned: Owned, books: BookKeeper, until: number): Generator<number> {
  yield* owned.numbers();
  yield* books.soldUntil(until);
}

const FORMATS = {
  xml: {
    head: '<?xml version="1.0" encoding="UTF-8"?>\n<data>\n',
    record: (label: string, number: number) =>
      `<record><phone_label>${label}</phone_label>` +
      `<phone_number>${number}</phone_number></record>\n`,
    foot: '</data>',
  },
  csv: {
    head: 'phone_label,phone_number\n',
    record: (label: string, number: number) => `${label},${number}\n`,
    foot: '',
  },
};
