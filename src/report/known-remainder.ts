import {
  type Account,
  barredBy,
  countEvents,
  findPlan,
  type Ledger,
  listPlans,
  missingOf,
  type PlanDocument,
  plansOfRemainder,
  remainingNumbers,
  type Submission,
} from '../ledger/index.ts';
import type { PlanCheck } from '../plan/index.ts';
import { factsOf } from './facts.ts';
import { tablePieces } from './tables.ts';

/** The name that a program gave the file. */
const UNNAMED = /^(?:(?:plan-\d+-)?remainder(?: ?\(\d+\))?|plan|standard-input)\.csv$/i;

type KnownRemainder = Pick<Submission, 'name' | 'remaindersOf' | 'remainderEvents'> & {
  remainderOf: number | null;
};

/**
 * Finds the plan whose current `remainder.csv` has the bytes of this file, among the newest 100
 * plans of the ledger and all that have handed out such bytes. Of several, it is the first for
 * which no other plan stands; `remainderOf` is null when there is none. A file with a default name
 * is then named after that plan.
 */
export async function knownRemainder(
  ledger: Ledger,
  account: Account,
  check: PlanCheck,
  name: string,
): Promise<KnownRemainder> {
  const newest = await listPlans(ledger);
  const noted = await plansOfRemainder(ledger, account.id, check.sha256);
  const older = noted.filter(({ id }) => newest.every((plan) => plan.id !== id));
  const plans = [...newest, ...(await Promise.all(older.map(({ id }) => findPlan(ledger, id))))];
  const matches: { plan: PlanDocument; remainderEvents: number }[] = [];
  for (const plan of plans.filter(({ account: own }) => own === account.name)) {
    // Before its remainder is read: what happens from then on is seen when the file is stored.
    const remainderEvents = await countEvents(ledger, plan.id);
    if (await hasRemainder(ledger, plan, check)) matches.push({ plan, remainderEvents });
  }
  const remaindersOf = matches.map(({ plan }) => plan.id);
  const [id] = await barredBy(ledger, remaindersOf);
  const match = matches.find(({ plan }) => plan.id === id);
  if (!match) return { name, remainderOf: null };
  const { plan, remainderEvents } = match;
  return {
    name: UNNAMED.test(name) ? nameAfter(plan) : name,
    remainderOf: plan.id,
    remaindersOf,
    remainderEvents,
  };
}

/** Its rows are read only when as many numbers are missing. */
async function hasRemainder(ledger: Ledger, plan: PlanDocument, check: PlanCheck) {
  const lacking = missingOf(plan) + plan.cancelled;
  if (lacking === 0 || lacking < check.numbers || plan.lines < check.lines) return false;
  // Most plans are known by their sums. Only what may be withheld needs a look at their orders.
  if (lacking > check.numbers && (await remainingNumbers(ledger, plan)) !== check.numbers)
    return false;
  const { bytes, sha256 } = await factsOf(
    tablePieces(ledger, plan.id, 'remainder.csv'),
    async () => {},
  );
  return bytes === check.bytes && sha256 === check.sha256;
}

/** `autumn.csv`, `autumn-remainder.csv`, `autumn-remainder-2.csv` and so on. */
function nameAfter({ name }: PlanDocument): string {
  const [, stem, again, times = '1'] = /^(.*?)(-remainder(?:-(\d+))?)?(?:\.\w{1,5})?$/is.exec(
    name,
  )!;
  return `${stem}-remainder${again === undefined ? '' : `-${Number(times) + 1}`}.csv`;
}
