import type { Shown } from '../../seen.ts';
import type { Settlement } from './settlements.ts';

type Sent = { order: number; attempt: number; sentAt: Date };

/** What the forms that settle an unknown order show of it. Ids begin again in another database. */
export const shownOfAttempt = ({ order, attempt, sentAt }: Sent): Shown => ({
  attempt: [order, attempt, sentAt],
});

/** What the form that takes a settlement back shows of it; undefined: there is none. */
export const shownOfSettlement = (settlement: Settlement | undefined): Shown => ({
  settlement: settlement && [settlement.order, settlement.attempt, settlement.at],
});
