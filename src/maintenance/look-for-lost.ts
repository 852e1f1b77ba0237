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
  /** The vendor is the sandbox in this program. Its list is always whole, and may be empty. */
  isOwnSandbox?: boolean;
};

const MAY_HAVE_BOUGHT =
  'The ledger has gone back: the account owns numbers that it does ' +
  'not know, and this order may have bought them';

/**
 * Looks in the vendor's list for what a ledger that went back has lost: numbers that are new since
 * the database came up, and that no order has or explains. The account pauses. Waiting orders that
 * could have bought the numbers become unknown, no more than have room for them.
 *
 * Returns why the list shows nothing; null: the list was believed.
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
  // The ledger may have lost a family's next successor after it was sent. Make it, to suspect it.
  await openSuccessors(ledger, account.id, TRY_EVERY_MS[account.mode]);
  const isComparable = since > 0;
  if (isComparable) await noteLost(ledger, account.id, strays, since);
  const waiting = await waitingThatFit(ledger, account.id, strays);
  // Orders that were sent to another vendor account explain nothing here.
  const inDoubt = unknowns.filter(({ isElsewhere }) => !isElsewhere);
  const found = unexplained({ strays, inDoubt, waiting });
  // The ledger may have lost a later attempt of these. A late "no" to the known attempt proves
  // nothing about that one.
  const rivals = unknowns.filter((one) => strays.some((number) => fits(one, number)));
  const others = isComparable ? found.others : [];
  const suspects = [...found.orders, ...rivals.map(({ order }) => order)];
  const lost = suspects.map((orderId) => ({ orderId, attempt: null }));
  await ledger.transaction((tx) =>
    doubtOrders(tx, { accountId: account.id, lost, ...doubtOf(context) }),
  );
  // Even without an earlier list: this only holds successors back, and pauses nothing.
  if (strays.length > 0) await suspectSucceeded(ledger, account.id);
  await pause(context, { ...found, others });
  // A part of a list shows what was bought, and not what was not bought.
  if (listing.cut && !context.isOwnSandbox) return listing.cut;
  if (isComparable || strays.length === 0) return null;
  const strange = `no order here has ${count(strays.length)} of the numbers on the list`;
  return `no list was kept before, and ${strange}: a lost order may have bought them`;
}

/**
 * Suspects orders of a plan before its first order is sent, and new successors: the ledger may have
 * lost the same orders after they were sent. Orders become unknown that could have bought numbers
 * of the last look that no order has, and the account pauses.
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
  await pauseForPerson(ledger, account.id, pausedReason(account.name, found));
}

function pausedReason(account: string, { numbers, orders, others }: Unexplained): string {
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
