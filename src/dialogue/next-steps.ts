import { join, relative } from 'node:path';
import { counted } from '../english.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import { inColour, type ScreenLine, shellWord } from '../terminal/index.ts';
import { type CommandSite, obstacleLines } from './obstacles.ts';
import { standingLine } from './standing.ts';

type Delivered = { folder: string; isOneOfSeveral: boolean };

export function nextSteps(
  plan: ObservedPlan,
  site: CommandSite,
  delivered?: Delivered,
): ScreenLine[] {
  return [
    ...toGoOn(plan, site),
    standingLine(plan, site),
    aboutUnknown(plan, site),
    aboutMissing(plan, site, delivered),
  ];
}

function toGoOn(plan: ObservedPlan, site: CommandSite): ScreenLine[] {
  const { id, state, heldUntil, pendingOrders } = plan;
  if (state === 'ready') return [`Not started. To start it: "start ${id}"`];
  if (heldUntil)
    return [`Paused by a limit. It continues by itself at ${heldUntil.toISOString()}.`];
  if (state === 'paused') return [`Paused. To continue: "resume ${id}"`];
  const obstacles = obstacleLines(plan, site);
  if (obstacles.length > 0 || state !== 'running' || pendingOrders === 0) return obstacles;
  const here = site.isRemote ? '' : ` To place its orders here: "watch ${id} --work".`;
  return [`It goes on while a worker runs. To look on: "watch ${id}".${here}`];
}

function aboutUnknown(
  { id, unknown, unknownOrders }: PlanDocument,
  { isRemote }: CommandSite,
): ScreenLine {
  if (unknown === 0) return null;
  const reading = isRemote ? '' : `; "reconcile ${id}" compares them with the vendor's list`;
  const what = `Unknown: ${counted(unknown, 'number')} in ${counted(unknownOrders, 'order')}.`;
  return [inColour(what, 'unknown'), ` "unknown ${id}" lists them${reading}.`];
}

function aboutMissing(
  plan: PlanDocument,
  { isRemote }: CommandSite,
  delivered?: Delivered,
): ScreenLine {
  const { id, account, endedAt, cancelled, refused, undelivered, short } = plan;
  const missing = missingOf(plan);
  if (endedAt === null || missing + cancelled === 0) return null;
  const what = [
    missing > 0 && `${counted(missing, 'number')} missing`,
    cancelled > 0 && `${counted(cancelled, 'number')} cancelled`,
  ].filter(Boolean);
  const path = delivered && shellWord(near(join(delivered.folder, 'remainder.csv')));
  const to = delivered?.isOneOfSeveral ? ` --account ${account}` : '';
  const order = isRemote ? `submit ${path} --start${to}` : `order ${path}${to}`;
  // One unknown order freezes what its line lacks.
  const rest = plan.unknown > 0 ? 'what is proven missing' : 'the rest';
  const how = path
    ? `"${order}" asks again for ${rest}: remainder.csv is a plan.`
    : `"results ${id}" writes remainder.csv, a plan of ${rest}.`;
  // No advice to edit the remainder: a file with other lines is not known as one.
  const elsewhere =
    short > 0
      ? ' Where the vendor had no more, add "--keep-trying 3d" to go on asking; in your next ' +
        'plan, a column "fallback" may say where else to buy.'
      : '';
  const mayRetry = plan.state !== 'cancelled' && refused + undelivered > 0;
  const retry = mayRetry ? ` "retry ${id}" tries refused and undelivered orders again.` : '';
  return [inColour(`Not bought: ${what.join(', ')}.`, 'missing'), ` ${how}${elsewhere}${retry}`];
}

/** The relative path, unless it leaves this folder. */
function near(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') ? path : way;
}
