import { tryLockSettling } from '../account-lock.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { ordinalOf, planOf } from '../order-id.ts';
import { lockAkin } from '../plans/lock.ts';
import { carryOut, type Decided } from './carry-out.ts';
import { type FoundFamily, findFamilies, rootsToFollow, rootsToTryAgain } from './families.ts';
import { nextStep, type Room } from './next-step.ts';
import { rungNumbers } from './rungs.ts';
import { endStanding, type LineOf, takeDueLines } from './standing.ts';
import { endTries } from './withdraw.ts';

/**
 * Makes successor orders: for what an order is proven to lack, the next step of its line's ladder,
 * or another try of a standing line. Several processes may call it: the plan's lock lets one work
 * at a time, and the database checks each successor again. Returns how many were made. A plan that
 * fails does not hold up the others: it throws an AggregateError at the end.
 */
export async function openSuccessors(
  ledger: Ledger,
  accountId: number,
  everyMs: number,
): Promise<number> {
  const due = await takeDueLines(ledger, accountId, everyMs);
  const over = Map.groupBy(
    due.filter(({ isOver }) => isOver),
    ({ plan }) => plan,
  );
  const again = new Set(await rootsToTryAgain(ledger, due));
  const roots = [...again.union(new Set(await rootsToFollow(ledger, accountId)))];
  const byPlan = Map.groupBy(roots, planOf);
  const failures: unknown[] = [];
  let opened = 0;
  for (const plan of new Set([...over.keys(), ...byPlan.keys()])) {
    const work = { again, roots: byPlan.get(plan) ?? [], over: over.get(plan) ?? [] };
    try {
      opened += await ledger.transaction((tx) => openOfPlan(tx, plan, work, everyMs));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'successors could not be made');
  return opened;
}

type Work = { again: ReadonlySet<number>; roots: number[]; over: LineOf[] };

async function openOfPlan(
  tx: Queries,
  plan: number,
  { again, roots, over }: Work,
  everyMs: number,
): Promise<number> {
  // The next sweep looks again.
  if (!(await tryLockSettling(tx, plan))) return 0;
  // A person may close a line or pause the plan meanwhile: only what is read under the lock counts.
  await lockAkin(tx, plan);
  for (const { line } of over) await endTries(tx, plan, line);
  const ended = over.map(({ line }) => line);
  await endStanding(tx, plan, ended);
  const families = await findFamilies(tx, roots);
  const decided = decide(families, again, await usedOfCaps(tx, families));
  return carryOut(tx, plan, decided, everyMs);
}

/** What the rungs of lines have used of their caps. */
type Used = { used: number; open: number };

/** What a person may send again counts in full. */
async function usedOfCaps(tx: Queries, families: FoundFamily[]): Promise<Map<string, Used>> {
  const capped = families.filter(({ steps }) => steps.some(({ cap }) => cap !== null));
  const rungs = await rungNumbers(tx, capped);
  return new Map(
    rungs.map((each) => {
      const { bought, refused, open } = each;
      return [keyOf(each, each.rung), { used: bought + refused, open }];
    }),
  );
}

const keyOf = ({ line }: { line: number }, rung: number) => `${line} ${rung}`;

/** Families of one line share what a rung may still bring. */
function decide(
  families: FoundFamily[],
  tried: ReadonlySet<number>,
  usedByRung: Map<string, Used>,
): Decided[] {
  const usedBy = (family: FoundFamily, rung: number): Used =>
    usedByRung.get(keyOf(family, rung)) ?? { used: 0, open: 0 };
  const roomOf = (
    family: FoundFamily,
    { rung, cap }: { rung: number; cap: number | null },
  ): Room => {
    const { used, open } = usedBy(family, rung);
    const later = (cap ?? Infinity) - used;
    return { now: later - open, later };
  };
  return families.map((family) => {
    const { root, steps, isDoubtful, keepsTrying, lacking } = family;
    if (isDoubtful || lacking === 0) return { family, decision: 'done' };
    const decision = nextStep({ ...family, ordinal: ordinalOf(root) }, steps, {
      again: tried.has(root),
      keepsTrying,
      roomFor: (step) => roomOf(family, step),
    });
    const rung = typeof decision === 'object' ? steps[decision.step - 1]?.rung : undefined;
    if (typeof decision === 'object' && rung !== undefined) {
      const { used, open } = usedBy(family, rung);
      usedByRung.set(keyOf(family, rung), { used, open: open + decision.quantity });
    }
    return { family, decision };
  });
}
