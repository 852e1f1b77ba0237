import type { Office } from '../client/index.ts';
import { count } from '../english.ts';
import { AppError } from '../errors.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import type { Obstacle } from '../obstacles/index.ts';
import { duration, say } from './output.ts';

const LOOK_EVERY_MS = 200;
const LINE_EVERY_MS = 3_000;
const STILL_MS = 10_000;

/**
 * Shows a plan's progress on stderr until nothing more can be done for it now: it has ended, or it
 * or its account is paused and nothing is in flight. A live bar on a terminal, else a line every
 * few seconds. Also returns when `stopped` resolves.
 */
export async function followPlan(
  office: Office,
  planId: number,
  stopped: Promise<void>,
): Promise<PlanDocument> {
  const show = process.stderr.isTTY ? liveBar() : linesNowAndThen();
  let isStopped = false;
  void stopped.then(() => {
    isStopped = true;
  });
  let isAway = false;
  const noteStill = stillness();
  while (true) {
    const look = await lookAt(office, planId).catch((error) => {
      // The worker outlasts a database that is restarted, and so does whoever watches it.
      if (isStopped || !(error instanceof AppError) || error.code !== 'ledger_down') throw error;
    });
    if (look) {
      const isOver = isStopped || !look.canGoOn;
      show(look.plan, isOver);
      if (isOver) return look.plan;
      noteStill(look.plan);
    } else if (!isAway) {
      say('The database is away: waiting for it. Ctrl-C stops.');
    }
    isAway = look === undefined;
    await Promise.race([stopped, new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS))]);
  }
}

/** Says once that nothing moves: most likely nobody works. */
function stillness(): (plan: PlanDocument) => void {
  let last: number | undefined;
  let since = 0;
  return ({ pendingOrders }) => {
    const now = performance.now();
    if (pendingOrders !== last) [last, since] = [pendingOrders, now];
    if (now - since < STILL_MS) return;
    since = Infinity;
    say('Nothing has moved for 10 s. If no worker is running, "work" starts one. Ctrl-C stops.');
  };
}

async function lookAt(office: Office, planId: number) {
  const plan = await office.plan(planId);
  return { plan, canGoOn: await canGoOn(office, plan) };
}

async function canGoOn(office: Office, plan: PlanDocument): Promise<boolean> {
  if (plan.endedAt !== null || plan.state === 'ready') return false;
  if (plan.isMoving || waits(plan)) return true;
  return plan.state === 'cancelled' || (await office.isSending(plan));
}

/** A server tells what stands in the way: all but a pause of the account may end while one looks on. */
function waits(plan: PlanDocument & { obstacles?: Obstacle[] }): boolean {
  const { obstacles = [] } = plan;
  return obstacles.length > 0 && obstacles.every(({ kind }) => kind !== 'account_paused');
}

type Show = (plan: PlanDocument, isOver: boolean) => void;

function linesNowAndThen(): Show {
  let nextAt = 0;
  return (plan, isOver) => {
    const now = performance.now();
    if (now < nextAt && !isOver) return;
    nextAt = now + LINE_EVERY_MS;
    process.stderr.write(`${progressLine(plan)}\n`);
  };
}

function liveBar(): Show {
  let shown = '';
  return (plan, isOver) => {
    const text = progressLine(plan);
    const room = (process.stderr.columns ?? 80) - text.length - 2;
    const line = `${bar(plan, Math.max(6, Math.min(24, room)))} ${text}`;
    if (line !== shown) process.stderr.write(`\r\x1b[K${line}`);
    if (isOver) process.stderr.write('\n');
    shown = line;
  };
}

function progressLine(plan: PlanDocument): string {
  const parts = [
    `${count(plan.bought)} of ${count(plan.requested)} bought`,
    `${count(missingOf(plan))} missing`,
    `${count(plan.unknown)} unknown`,
  ];
  if (plan.cancelled > 0) parts.push(`${count(plan.cancelled)} cancelled`);
  if (plan.endedAt !== null) parts.push(plan.state);
  else if (!plan.isMoving) parts.push(plan.reason ? `paused: ${plan.reason}` : plan.state);
  else if (plan.reason) parts.push(`resting: ${plan.reason}`);
  else if (plan.etaSeconds === null) parts.push('no pace set');
  else parts.push(`${plan.rate}/s`, `${duration(plan.etaSeconds)} left`);
  return parts.join('  ');
}

/** Bought, missing or cancelled, unknown, waiting; what is not zero has at least one cell. */
function bar(plan: PlanDocument, width: number): string {
  const cells = (n: number) =>
    n === 0 ? 0 : Math.max(1, Math.round((n / plan.requested) * width));
  const unknown = cells(plan.unknown);
  const missing = cells(missingOf(plan) + plan.cancelled);
  const bought = Math.max(0, Math.min(cells(plan.bought), width - unknown - missing));
  const drawn = '█'.repeat(bought) + '▒'.repeat(missing) + '?'.repeat(unknown);
  return drawn.slice(0, width).padEnd(width, '·');
}

/** Exit code of `order` and `watch`; the README's table says the same. */
export function exitCodeOf(plan: PlanDocument): number {
  if (plan.endedAt === null) return 4;
  if (plan.unknown > 0) return 3;
  if (plan.state === 'cancelled') return 4;
  return missingOf(plan) > 0 ? 2 : 0;
}
