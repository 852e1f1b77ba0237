import { count, counted } from '../english.ts';
import { fits, type Unexplained, unexplained } from '../evidence/index.ts';
import {
  doubtOrders,
  listingBefore,
  noteLost,
  noteStrays,
  openSuccessors,
  pauseForPerson,
  suspectBuyers,
  suspectSucceeded,
  waitingThatFit,
} from '../ledger/index.ts';
import { TRY_EVERY_MS } from '../plan/index.ts';
import { type ReconcileContext, readListing } from './reconcile.ts';

type LookContext = Omit<ReconcileContext, 'mode' | 'planId'> & {
  /** The list is that of the sandbox in this program: it is never cut, and may well be empty. */
  isOwn?: boolean;
};

const MAY_HAVE_BOUGHT =
  'The ledger has gone back: the account owns numbers that it does ' +
  'not know, and this order may have bought them';

/**
 * Looks in the vendor's list for what a ledger that went back has lost: numbers that are new since
 * the database came up, that belong to no order and that no order in doubt explains. Waiting orders
 * that could have bought them become unknown, as many as are needed to hold the numbers, and the
 * account pauses.
 *
 * Returns why the list shows nothing; null when it could be believed.
 */
export async function lookForLost(context: LookContext): Promise<string | null> {
  const { ledger, account } = context;
  const since = await listingBefore(ledger, account.id);
  let read: Awaited<ReturnType<typeof readListing>>;
  try {
    read = await readListing(context, []);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { listing, unknowns } = read;
  if (listing.doubt) return listing.doubt.why;
  const strays = listing.sightings
    .filter((seen) => !seen.hasOrder && Math.max(seen.listing, seen.backListing ?? 0) > since)
    .map(({ number }) => number);
  // A family's next successor may be one that was sent and lost. It is made now, so that it can be
  // suspected.
  await openSuccessors(ledger, account.id, TRY_EVERY_MS[account.mode]);
  const isComparable = since > 0;
  if (isComparable) await noteLost(ledger, account.id, strays, since);
  const waiting = await waitingThatFit(ledger, account.id, strays);
  // What was sent to another vendor account explains nothing here.
  const inDoubt = unknowns.filter(({ isElsewhere }) => !isElsewhere);
  const found = unexplained({ strays, inDoubt, waiting });
  // A late "no" to the attempt that the ledger knows does not cover an attempt that it has lost.
  const rivals = unknowns.filter((one) => strays.some((number) => fits(one, number)));
  const others = isComparable ? found.others : [];
  const suspects = [...found.orders, ...rivals.map(({ order }) => order)];
  const lost = suspects.map((orderId) => ({ orderId, attempt: null }));
  await ledger.transaction((tx) =>
    doubtOrders(tx, { accountId: account.id, lost, ...doubtOf(context) }),
  );
  // Also without an earlier list: it only holds successors back, and pauses nothing.
  if (strays.length > 0) await suspectSucceeded(ledger, account.id);
  await pause(context, { ...found, others });
  // A part shows what was bought, and not that nothing else was.
  if (listing.cut && !context.isOwn) return listing.cut;
  if (isComparable || strays.length === 0) return null;
  const strange = `no order here has ${count(strays.length)} of the numbers on the list`;
  return `no list was kept before, and ${strange}: a lost order may have bought them`;
}

/**
 * Before a plan's first orders: a plan that the ledger lost whole may have been submitted again.
 * Before successors, too: the same ones may have been sent and lost. Orders that could have bought
 * numbers that the last look found, and that no order has taken since, become unknown, and the
 * account pauses.
 */
export async function suspectNewPlans(context: LookContext): Promise<void> {
  const { ledger, account } = context;
  await noteStrays(ledger, account.id);
  const found = await ledger.transaction((tx) =>
    suspectBuyers(tx, account.id, { which: 'new', ...doubtOf(context) }),
  );
  if (found !== null) await pause(context, { ...found, others: [] });
}

/** The caller has waited until the list must show everything that was sent before. */
const doubtOf = ({ listLagMs }: LookContext) => ({ deadlineMs: -listLagMs, what: MAY_HAVE_BOUGHT });

async function pause({ ledger, account, log }: LookContext, found: Unexplained): Promise<void> {
  const { numbers, orders, others } = found;
  if (numbers.length === 0 && others.length === 0) return;
  log.error({ numbers, orders, others }, 'the account owns numbers that the ledger does not know');
  await pauseForPerson(ledger, account.id, howToGoOn(account.name, found));
}

function howToGoOn(account: string, { numbers, orders, others }: Unexplained): string {
  const owned = (some: string[]) => counted(some.length, 'number');
  const fitting =
    `the account owns ${owned(numbers)} that the ledger does not know. ` +
    `${counted(orders.length, 'waiting order')} may have bought them, and ` +
    `${orders.length === 1 ? 'is' : 'are'} unknown now: ` +
    'accept what the list shows with "reconcile --accept --by NAME"';
  const strange =
    `the account owns ${owned(others)} that the ledger does not know and that fit no ` +
    `order: "strays ${account}" lists them. ` +
    'If a plan of yours may have bought them, cancel it';
  const told = [
    ...(numbers.length > 0 ? [fitting] : []),
    ...(others.length > 0 ? [strange] : []),
  ].join('. And ');
  const outside = `If they were bought outside this program, say so with "strays ${account}"`;
  return (
    `The ledger has gone back: ${told}. ${outside}. ` +
    `Then resume with "account ${account} --resume"`
  );
}
