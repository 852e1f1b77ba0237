import { join, relative } from 'node:path';
import { counted } from '../english.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import { inColour, type Line, shellWord } from '../terminal/index.ts';

/**
 * What a person can do about a plan as it is, in words that can be typed. `folder`: where its result
 * files have been written.
 */
export function nextSteps(plan: PlanDocument, folder?: string): Line[] {
  return [...toGoOn(plan), ...aboutUnknown(plan), ...aboutMissing(plan, folder)];
}

function toGoOn({ id, state, account, isMoving, pendingOrders }: PlanDocument): Line[] {
  if (state === 'ready') return [`It has not been started: "start ${id}" starts it.`];
  if (state === 'paused') return [`It is paused: "resume ${id}" goes on with it.`];
  if (state !== 'running' || isMoving || pendingOrders === 0) return [];
  return [
    `Its account is paused. When that is put right: "account ${account} --resume --why TEXT"`,
  ];
}

function aboutUnknown({ id, unknown, unknownOrders }: PlanDocument): Line[] {
  if (unknown === 0) return [];
  return [
    [
      inColour(
        `Unknown: ${counted(unknown, 'number')} in ${counted(unknownOrders, 'order')}.`,
        'unknown',
      ),
      ` "unknown ${id}" lists them; "reconcile ${id}" reads the vendor's list and says what it shows of them.`,
    ],
  ];
}

function aboutMissing(plan: PlanDocument, folder?: string): Line[] {
  const { id, endedAt, cancelled, refused, undelivered } = plan;
  const missing = missingOf(plan);
  if (endedAt === null || missing + cancelled === 0) return [];
  const what = [
    ...(missing > 0 ? [`${counted(missing, 'number')} missing`] : []),
    ...(cancelled > 0 ? [`${counted(cancelled, 'number')} cancelled`] : []),
  ].join(', ');
  const path = folder && shellWord(near(join(folder, 'remainder.csv')));
  const how = path
    ? `"order ${path}" buys what is left in remainder.csv, a plan of its own.`
    : `"results ${id}" writes remainder.csv, a plan of what was not bought.`;
  const retry =
    refused + undelivered > 0 ? ` "retry ${id}" tries again what was refused or undelivered.` : '';
  return [[inColour(`Not bought: ${what}.`, 'missing'), ` ${how}${retry}`]];
}

/** The path from here, unless that goes up. */
function near(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') ? path : way;
}
