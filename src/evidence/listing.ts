import type { Asked } from './fits.ts';
import type { Listing } from './verdict.ts';

/** A reading of the vendor's list, and what the ledger knew right after it. */
export type Reading = {
  /** When reading began; nothing that was bought later is looked for. */
  beganAt: Date;
  numbers: string[];
  /** All readings of the account, oldest first, how many numbers each had. */
  lists: { beganAt: Date; endedAt: Date; size: number }[];
  /** Numbers of any list that no order claims: since when, and when they were back after a gap. */
  strays: { number: string; firstSeenAt: Date; backAt: Date | null }[];
  /** Numbers that orders have, and since when they are on the list, or on it again. */
  recorded: { number: string; boughtAt: Date; seenAt: Date | null }[];
  sending: Asked[];
  /** How long the list may lag behind a purchase, ms. */
  settlingMs: number;
};

/** The reading compared with those before it. Pure. */
export function compareListing(reading: Reading): Listing {
  const { beganAt, numbers, lists, strays, recorded, sending, settlingMs } = reading;
  const listed = new Set(numbers);
  const onList = (found: { number: string }[]) =>
    found.map(({ number }) => number).filter((number) => listed.has(number));
  const baseline = (sentAt: Date) => lists.findLast(({ endedAt }) => endedAt < sentAt);
  const settledAt = beganAt.getTime() - settlingMs;
  const overdue = (sentAt: Date) =>
    recorded.filter(
      ({ number, boughtAt }) =>
        boughtAt >= sentAt && boughtAt.getTime() < settledAt && !listed.has(number),
    ).length;

  return {
    readAt: beganAt,
    sending,
    baselineAt: (sentAt) => baseline(sentAt)?.endedAt ?? null,
    strays: (sentAt) => onList(strays.filter(({ firstSeenAt }) => firstSeenAt >= sentAt)),
    returned(sentAt) {
      // Bought so long before the baseline that it must have been on it, had it not been released.
      const longBefore = (baseline(sentAt)?.beganAt.getTime() ?? 0) - settlingMs;
      const back = strays.filter(
        ({ firstSeenAt, backAt }) => firstSeenAt < sentAt && backAt !== null && backAt >= sentAt,
      );
      const resold = recorded.filter(
        ({ boughtAt, seenAt }) =>
          boughtAt.getTime() < longBefore && seenAt !== null && seenAt >= sentAt,
      );
      return onList([...back, ...resold]);
    },
    doubt(sentAt) {
      const lacking = overdue(sentAt);
      if (lacking > 0) {
        return `The list lacks ${lacking} of the numbers that were bought well before it was read: it lags, or is not whole.`;
      }
      const size = baseline(sentAt)?.size ?? 0;
      if (numbers.length > 0 || size === 0) return null;
      return `The list is empty, and the one from before the order was sent had ${size} numbers.`;
    },
  };
}
