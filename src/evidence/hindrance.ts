import { counted } from '../english.ts';
import { compete } from './fits.ts';
import { isNew } from './groups.ts';
import type { Doubt, Listing } from './listing.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';

export const later = (why: string): Doubt => ({ finding: 'later', why });
export const open = (why: string): Doubt => ({ finding: 'open', why });

const ELSEWHERE =
  'The list was read with other keys, or at another address, than it was sent with, or than the ' +
  'list before it. Nothing shows that both lead to one account of the vendor. Look in the ' +
  'account that it was sent to, and settle it by hand.';

/** Why the list cannot judge this order, apart from the numbers on the list; null: it can. */
export function hindranceOf(
  unknown: UnknownAttempt,
  unknowns: UnknownAttempt[],
  listing: Listing,
  listLagMs: number,
): Doubt | null {
  const { endTick, wasEnded, isElsewhere, disputed, baseline } = unknown;
  if (!wasEnded) {
    return later(
      'It was still being sent when the reading of the list began. A later list can show it.',
    );
  }
  const early = endTick + listLagMs - listing.beganTick;
  if (early > 0) {
    const seconds = counted(Math.ceil(early / 1000), 'second');
    return later(
      `The list of ${listing.readAt.toISOString()} may lag behind what was sold. One that is ` +
        `read ${seconds} later, while a worker runs, can show it.`,
    );
  }
  if (isElsewhere) return open(ELSEWHERE);
  if (listing.doubt) return listing.doubt;
  if (listing.sending.some((other) => compete(unknown, other))) {
    return later(
      'An order that could buy the same numbers is being sent. A later list can show it.',
    );
  }
  if (baseline === null) {
    return open('No list was read before it was sent, so no list can show what it bought.');
  }
  if (disputed > 0) {
    const numbers = counted(disputed, 'number');
    return open(
      `The vendor named ${numbers} for this order that other orders have, or that are beyond ` +
        'what it asked for.',
    );
  }
  return namedHindrance(unknown, baseline, unknowns, listing);
}

/** When an unclear answer names numbers, the list must show that they are the order's own. */
function namedHindrance(
  { order, named, lacking }: UnknownAttempt,
  baseline: number,
  unknowns: UnknownAttempt[],
  { sightings }: Listing,
): Doubt | null {
  const areShown = named.every((number) =>
    sightings.some((each) => each.number === number && isNew(each, baseline)),
  );
  const isShared = unknowns.some(
    (other) => other.order !== order && other.named.some((number) => named.includes(number)),
  );
  if (areShown && !isShared && named.length <= lacking) return null;
  const numbers = counted(named.length, 'number');
  return open(`Its answer names ${numbers}, and it is not certain that all of them are its own.`);
}
