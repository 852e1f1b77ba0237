import { count, counted } from '../english.ts';
import { ordersNamed } from './left-over.ts';
import type { Listing, Unasked } from './listing.ts';
import type { Share } from './share.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';

const CAUSES =
  'another buyer uses this account, or the vendor sold other numbers than it was asked for';

/** The evidence on an order, in sentences for a person. */
export function explain(
  { baseline, lacking, named }: UnknownAttempt,
  { readAt, endedAt }: Listing,
) {
  const before = endedAt(baseline ?? 0)?.toISOString();
  const own = (goods: number) =>
    goods === 0
      ? 'no new number that it could have bought'
      : `${counted(goods, 'new number')} that it could have bought, ` +
        `of the ${lacking} that it lacks`;
  const seen = `The list of ${readAt.toISOString()}, compared with that of ${before}, has`;
  return {
    nothing: (candidates: number) =>
      candidates === 0
        ? `${seen} no new number that it could have bought.`
        : `${seen} ${counted(candidates, 'new number')} that it may have bought. They fill ` +
          'other orders that ask for the same, and none is left for this one.',

    /** `all`: how many this order and the orders that ask for the same get together. */
    bought(goods: number, all: number, strangers: number) {
      const answer = named.length > 0 ? ` Its answer names ${count(named.length)} of them.` : '';
      const doubt =
        strangers > 0
          ? ` Besides, it has ${count(strangers)} that no order here explains: ${CAUSES}.`
          : '';
      const asked = goods < lacking ? `, of the ${lacking} that it lacks` : '';
      const what =
        all === goods
          ? `exactly ${counted(all, 'new number')} that this order, and no other, could have ` +
            `bought${asked}.`
          : `${counted(all, 'new number')} that only it and orders like it could have bought. ` +
            `The orders get them by rising id: ${goods} go to this one${asked}.`;
      return `${seen} ${what}${answer}${doubt}`;
    },

    lost:
      'A plan that the ledger has lost may have bought new numbers that this order could have ' +
      'bought. Submit its file again first, or dismiss it.',

    taken: (numbers: number) =>
      `Of the new numbers that it could have bought, an order of another account has ` +
      `${count(numbers)}: released since, perhaps, and sold again. Settle it by hand, against ` +
      'the evidence.',

    /** `other`: this order, or one that asked for the same. */
    old: (other: number) =>
      `Order ${other} was sent more than a week after the newest list before it. A number may ` +
      'have been released in between and sold again, and no list shows that.',

    underWay: (numbers: number) =>
      `${seen} ${counted(numbers, 'new number')} of orders that are not yet judged. ` +
      'A later list can show it.',

    foreign: (goods: number, numbers: number) =>
      `${seen} ${own(goods)}, and ${count(numbers)} that somebody called foreign and that this ` +
      'order, or one like it, may have bought. Say what it bought.',

    mixedUp(goods: number, numbers: Unasked[]) {
      const holders = [...new Set(numbers.map(({ holder }) => holder))];
      return (
        `${seen} ${own(goods)}, and ${count(numbers.length)} that it may have bought and that ` +
        `${ordersNamed(holders)} got and did not ask for: the vendor may have mixed up its ` +
        'answers. Find out what each bought, and settle it against the evidence.'
      );
    },

    strangers: (goods: number, numbers: number) =>
      `${seen} ${own(goods)}, and ${count(numbers)} that no order here explains: ${CAUSES}.`,

    undecided: (goods: number, numbers: number) =>
      `${seen} ${own(goods)}, and ${count(numbers)} of other orders, which are undecided. ` +
      'Settle those orders first.',

    fault(fault: Extract<Share, { fault: string }>['fault'], candidates: number) {
      const found = `${seen} ${counted(candidates, 'new number')} that it may have bought`;
      switch (fault) {
        case 'ambiguous':
          return `${found}, but an order that asks for something else may have bought them too.`;
        case 'parts':
          return (
            `${found}, but it asked for all ${lacking} or none, and these do not fill whole ` +
            `orders: ${CAUSES}.`
          );
        case 'surplus':
          return (
            `${found}, but the list has more new numbers than the orders that share them ` +
            `lack: ${CAUSES}.`
          );
      }
    },
  };
}
