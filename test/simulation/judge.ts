/** Judges a run by the vendor's books, and the ledger by its own laws. */
import { auditLedger } from '../../src/ledger/index.ts';
import { sumOfParts } from '../support/parts.ts';
import type { Sale } from './books.ts';
import { brokenFamilyLaws, WENT_BACK } from './family-laws.ts';
import type { FaultName } from './faults.ts';
import { groupsOf, orderNamed } from './plan-file.ts';
import { planInLedger, type Stage } from './stage.ts';
import { claimedNumbers } from './truth.ts';

/** What was broken, in sentences. */
export async function judge(stage: Stage): Promise<string[]> {
  const { books, scene } = stage;
  const claimed = await claimedNumbers(stage.database.ledger);
  const breaches = [
    ...(await brokenLaws(stage)),
    ...brokenPace(stage),
    ...brokenLimit(stage),
    ...falseAlarms(stage),
  ];
  for (const plan of scene.plans) {
    const salesOf = Map.groupBy(
      books.sales.filter(({ numbers }) => numbers.length > 0),
      ({ order }) => order,
    );
    for (const lines of groupsOf(plan)) {
      const requested = sum(lines.map(({ quantity }) => quantity));
      const sales = [...salesOf].flatMap(([key, some]) => {
        const line = orderNamed(plan, key)?.line;
        return line && lines.includes(line) ? some : [];
      });
      // What a vendor sells beyond what it was asked for is its own doing.
      const sold = sum(sales.map(({ asked, numbers }) => Math.min(asked, numbers.length)));
      const named = lines.map(({ line }) => line).join(', ');
      if (sold > requested)
        breaches.push(
          `bought twice: ${sold} sold for ${requested} of lines ${named} of ` +
            `${plan.name}${told(sales)}`,
        );
    }
    for (const [key, sales] of salesOf) {
      if (!orderNamed(plan, key)) continue;
      const lost = sales.slice(0, -1).filter(({ numbers }) => !numbers.some((n) => claimed.has(n)));
      if (lost.length > 0) breaches.push(`bought twice: order ${key}${told(sales)}`);
    }
  }
  return [...breaches, ...(await brokenFamilyLaws(stage))];
}

async function brokenLaws(stage: Stage): Promise<string[]> {
  const audits = await auditLedger(stage.database.ledger);
  const breaches = audits.flatMap(({ law, breaches }) =>
    breaches.map(({ order, plan, detail }) => `${law}: order ${order}, plan ${plan}, ${detail}`),
  );
  for (const plan of stage.scene.plans) {
    const known = await planInLedger(stage.database.ledger, plan);
    if (!known) continue;
    const total = sumOfParts(known);
    if (total !== known.requested)
      breaches.push(`sums: ${total} of ${known.requested} of ${plan.name}`);
  }
  return breaches;
}

const MOVED: FaultName[] = [
  'a worker stands still',
  // The statement that moves later orders back may be lost.
  'the database is away',
  'the database is slow and its network bad',
  'the clock of the database jumps',
  ...WENT_BACK,
];

/** As many orders a second as the pace says; another second's worth when a clock, a machine or the
 * ledger stood still or moved. */
function brokenPace({ books, scene: { rate, faults } }: Stage): string[] {
  const most = Math.ceil(rate) * (MOVED.some((name) => faults.includes(name)) ? 2 : 1);
  const sent = books.sent.map(({ at }) => at).sort((a, b) => a - b);
  const tooMany = sent.findIndex((at, n) => (sent[n + most] ?? Infinity) < at + 1_000);
  if (tooMany < 0) return [];
  return [`pace: more than ${most} in the second from ${Math.round(sent[tooMany] ?? 0)} ms`];
}

const FORGOTTEN: FaultName[] = ['the clock of the database jumps', ...WENT_BACK];

/** What a day's limit allows, and no number more; unless the day or the ledger was another. */
function brokenLimit({ books, scene: { limit, faults }, lifted }: Stage): string[] {
  if (!limit || FORGOTTEN.some((name) => faults.includes(name))) return [];
  const before = books.sales.filter(({ at }) => lifted.atMs === null || at < lifted.atMs);
  // What a vendor sells beyond what it was asked for is its own doing.
  const sold = sum(before.map(({ asked, numbers }) => Math.min(asked, numbers.length)));
  return sold > limit.numbers ? [`limit: ${sold} of ${limit.numbers} numbers sold`] : [];
}

/** A person is called for nothing when a ledger that has never gone back is said to have. */
function falseAlarms({ site: { doubted }, scene: { faults } }: Stage): string[] {
  if (doubted.length === 0 || WENT_BACK.some((name) => faults.includes(name))) return [];
  return [`false alarm: orders ${doubted.join(', ')} were not sent before, and are in doubt`];
}

const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);

function told(sales: Sale[]): string {
  return sales
    .map(
      ({ at, order, attempt, worker, numbers }) =>
        `\n    at ${Math.round(at)} ms ${worker} bought ${numbers.length} for order ` +
        `${order.split(' ')[1]}, attempt ${attempt}`,
    )
    .join('');
}
