import { count, counted } from '../english.ts';
import type { Listing } from './listing.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';

/** The evidence on an order, in sentences for a person. */
export function wordsFor(
  { baseline, lacking, named }: UnknownAttempt,
  { readAt, endedAt }: Listing,
) {
  const before = endedAt(baseline ?? 0)?.toISOString();
  const seen = `The list of ${readAt.toISOString()}, compared with that of ${before}, has`;
  const SOMEBODY =
    'somebody else buys on this account, or the vendor sold other numbers than asked';
  return {
    nothing: (candidates: number) =>
      candidates === 0
        ? `${seen} no new number that it could have bought.`
        : `${seen} ${counted(candidates, 'new number')} that it may have bought. ` +
          'They are given to other orders that ask for the same, and nothing is left for ' +
          'this one: so their line gets what it lacks, and no more.',

    /** `all`: what it gets together with the orders that ask for the same. */
    bought(goods: number, all: number, strangers: number) {
      const answer = named.length > 0 ? ` Its answer names ${count(named.length)} of them.` : '';
      const doubt =
        strangers > 0
          ? ` But also ${count(strangers)} that no order here explains: ${SOMEBODY}.`
          : '';
      const asked = goods < lacking ? `, of ${lacking} asked` : '';
      const what =
        all === goods
          ? `exactly ${counted(all, 'new number')} that it could ` +
            `have bought and no other order${asked}.`
          : `${counted(all, 'new number')} that only it and orders like it could have ` +
            `bought. They are given out in the order of ids: ${goods} to this one${asked}.`;
      return `${seen} ${what}${answer}${doubt}`;
    },

    underWay: (numbers: number) =>
      `${seen} ${counted(numbers, 'new number')} of orders that ` +
      'are not yet judged: a later list can tell.',

    strangers: (numbers: number) =>
      `${seen} no new number that it could have bought, and ` +
      `${count(numbers)} that no order here explains: ${SOMEBODY}.`,

    fault(fault: 'surplus' | 'ambiguous' | 'parts', candidates: number) {
      const found = `${seen} ${counted(candidates, 'new number')} that it may have bought`;
      switch (fault) {
        case 'ambiguous':
          return `${found}, and so may an order that asks for something else.`;
        case 'parts':
          return (
            `${found}, but it asked for all ${lacking} or none, and ` +
            `they make up no whole orders: ${SOMEBODY}.`
          );
        case 'surplus':
          return `${found}, more than it and orders like it lack: ${SOMEBODY}.`;
      }
    },
  };
}
