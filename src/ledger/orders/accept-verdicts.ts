import type { Accepted, Settled } from '../../documents/index.ts';
import { AppError, hasCode } from '../../errors.ts';
import type { Verdict } from '../../evidence/index.ts';
import { type Passed, underApproval } from '../approvals/require.ts';
import { approveSettling } from '../approvals/settling.ts';
import type { By } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import {
  clearVerdicts,
  findVerdict,
  type NamedVerdict,
  nameOfVerdict,
} from '../listings/verdicts.ts';
import { planOf } from '../order-id.ts';
import { refuseTaken, requireRoom } from './given-numbers.ts';
import { firstFew, type Look, objectionsToFinding, overruled } from './objections.ts';
import { followSettled, type LockedOrder, lockToSettle, lockUnknown, settleAs } from './settle.ts';
import { lookAtUnexplained } from './unexplained.ts';

/**
 * Accepts the verdicts that somebody looked at, and no other. What became stale is left out, with
 * the reason. Those that bought come first.
 */
export async function acceptVerdicts(
  ledger: Ledger,
  named: NamedVerdict[],
  by: By,
): Promise<Accepted> {
  const accepted: Accepted = { settled: [], left: [] };
  const once = new Map(named.map((each) => [each.order, each]));
  const clear = await clearVerdicts(ledger, { orders: [...once.keys()] });
  const boughtNothing = new Set<number>();
  for (const { order, attempt, verdict, finding } of clear) {
    const looked = once.get(order)!;
    const isSame = looked.attempt === attempt && looked.verdict === verdict;
    if (isSame && finding === 'nothing') boughtNothing.add(order);
  }
  const rising = [...once.values()].sort((a, b) => a.order - b.order);
  const { passed, waiting } = await approveSettling(ledger, [...boughtNothing], by);
  const lookedAt = rising.flatMap(({ order, attempt, verdict }) => {
    const isNothing = boughtNothing.has(order);
    return waiting.has(order)
      ? []
      : [{ order, attempt, verdict, isNothing, passed: passed.get(order) }];
  });
  accepted.left.push(...[...waiting].map(([order, why]) => ({ order, why })));
  for (const batch of batchesOf(lookedAt)) await acceptBatch(ledger, batch, by, accepted);
  return accepted;
}

type LookedOrder = Looked & { order: number };

/** One transaction settles at most this many orders of a plan. */
const BATCH = 25;
/** A transaction takes on no more after this, since claims may wait for its end, ms. */
const SHARED_MS = 250;

/** Each of one plan: first of those that bought, then of the others. */
function batchesOf(looked: LookedOrder[]): LookedOrder[][] {
  const bought = looked.filter(({ isNothing }) => !isNothing);
  const others = looked.filter(({ isNothing }) => isNothing);
  const alike = [bought, others].flatMap((all) => [
    ...Map.groupBy(all, ({ order }) => planOf(order)).values(),
  ]);
  return alike.flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) =>
      all.slice(at * BATCH, (at + 1) * BATCH),
    ),
  );
}

/** In as few transactions as may be; each by itself when one of them cannot be accepted. */
async function acceptBatch(
  ledger: Ledger,
  batch: LookedOrder[],
  by: By,
  accepted: Accepted,
): Promise<void> {
  let rest = batch;
  try {
    while (rest.length > 0) {
      const settled = await acceptTogether(ledger, rest, by);
      accepted.settled.push(...settled);
      rest = rest.slice(settled.length);
    }
  } catch (error) {
    // A late answer or another person was quicker, the list says something else now, another
    // order took one of its numbers, or the ledger may lack something.
    if (!hasCode(error, ...LEFT)) throw error;
    if (rest.length > 1) {
      for (const each of rest) await acceptBatch(ledger, [each], by, accepted);
    } else {
      accepted.left.push({ order: rest[0]!.order, why: error.message });
    }
  }
}

const LEFT = ['wrong_state', 'against_evidence', 'needs_approval', 'not_found'] as const;

/**
 * Reads the numbers that nothing explains once, for orders of one account that bought nothing. Not
 * for longer than a transaction: a late answer may come between two.
 */
function lookedOnce(): Look {
  let found: ReturnType<Look> | undefined;
  return (tx, accountId) => {
    found ??= lookAtUnexplained(tx, accountId);
    return found;
  };
}

/**
 * `attempt`, `verdict`: what was looked at. `isOne`: by itself, so it need not be clear.
 * `isNothing`: by its verdict it bought nothing. `passed`: what allowed it before.
 */
type Looked = {
  attempt?: number | undefined;
  verdict?: string | undefined;
  isOne?: boolean;
  isNothing?: boolean;
  passed?: Passed | undefined;
};

/**
 * Settles an unknown order by the verdict of the newest list, and the evidence becomes the reason.
 * `verdict` names the one that was looked at; it must be clear, unless `isOne`: then one that is
 * not named is accepted only where the order lacks nothing afterwards. Throws AppError `not_found`;
 * `wrong_state` when the order is not unknown, another attempt or verdict was looked at, no verdict
 * can be accepted, or another order has one of its numbers; `against_evidence` when the ledger may
 * lack something or nothing explains a number; `needs_approval`, unless `passed` has it.
 */
export async function acceptVerdict(
  ledger: Ledger,
  order: number,
  by: By,
  looked: Looked = {},
): Promise<Settled> {
  return (await acceptTogether(ledger, [{ ...looked, order }], by))[0]!;
}

/** The same, of orders of one plan: of the first ones, or of none. */
function acceptTogether(ledger: Ledger, all: LookedOrder[], by: By): Promise<Settled[]> {
  return underApproval(ledger, async (tx) => {
    await lockToSettle(tx, planOf(all[0]!.order));
    const settled: Settled[] = [];
    const locked: LockedOrder[] = [];
    const look = lookedOnce();
    const from = performance.now();
    for (const looked of all) {
      if (settled.length > 0 && performance.now() - from > SHARED_MS) break;
      const order = await lockUnknown(tx, looked.order, looked);
      locked.push(order);
      settled.push(await acceptLocked(tx, order, by, { ...looked, look }));
    }
    await followSettled(tx, locked[0]!.accountId, settled);
    return settled;
  });
}

type LookedWith = LookedOrder & { look: Look };

async function acceptLocked(
  tx: Queries,
  order: LockedOrder,
  by: By,
  { order: id, verdict, isOne = false, isNothing = false, look, passed }: LookedWith,
): Promise<Settled> {
  const kept = await acceptable(tx, id, { verdict, isOne });
  const { numbers, why } = kept;
  if (isOne && verdict === undefined) refuseUnseen(id, order.quantity - order.bought, numbers);
  const finding = numbers.length > 0 ? { bought: numbers } : ({ nothing: true } as const);
  const objections = await objectionsToFinding(tx, id, finding, kept, isNothing ? look : undefined);
  overruled(`Order ${id} was not settled`, objections, false, id);
  requireRoom(id, order, numbers);
  await refuseTaken(tx, numbers);
  const reason = [by.why, why].filter(Boolean).join('. ');
  const signer = { ...by, why: reason };
  // Approval was given for orders that bought nothing.
  const before = numbers.length === 0 ? passed : undefined;
  const isSeen = verdict !== undefined;
  return settleAs(tx, id, order, { numbers, by: signer, objections: [], isSeen, passed: before });
}

async function acceptable(
  tx: Queries,
  id: number,
  { verdict, isOne }: Pick<Looked, 'verdict' | 'isOne'>,
): Promise<Verdict> {
  const kept = await findVerdict(tx, id);
  if (kept?.finding !== 'bought' && kept?.finding !== 'nothing') {
    const what = kept ? `The list does not settle it: ${kept.why}` : 'There is no verdict on it.';
    throw new AppError(
      'wrong_state',
      `Order ${id} has nothing to accept. ${what} "reconcile" reads it again; ` +
        'otherwise say --bought N,N or --nothing.',
      { order: id },
    );
  }
  const { isClear, finding, numbers } = kept;
  const isSame = verdict === undefined || verdict === nameOfVerdict(kept);
  const isGood = verdict === undefined || isClear || isOne;
  if (isSame && isGood) return kept;
  const says = isGood
    ? `it says now that it bought ${finding === 'nothing' ? 'nothing' : firstFew(numbers)}`
    : 'it is not clear any more, for something else may explain the list';
  throw new AppError(
    'wrong_state',
    `The verdict on order ${id} has changed since you looked: ${says}. Look at it again.`,
    { order: id },
  );
}

/** What the order lacks by a verdict that nobody has looked at is not asked for again. */
function refuseUnseen(id: number, lacking: number, numbers: string[]): void {
  if (numbers.length >= lacking) return;
  throw new AppError(
    'wrong_state',
    `The verdict on order ${id} is that it bought ${numbers.length} of the ${lacking} numbers ` +
      'that it lacks, and the others may be asked for again: name the verdict that you looked ' +
      'at, or say yourself what it bought. Nothing was changed.',
    { order: id },
  );
}
