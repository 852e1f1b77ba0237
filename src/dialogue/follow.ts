import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, needsRestart } from '../errors.ts';
import { isBetweenTries, missingOf } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { endStatus, isWatched, say, showStatus, textOfLine } from '../terminal/index.ts';
import { obstacleSentence } from './obstacles.ts';
import { liveLine, progressLine } from './progress.ts';
import { openPatience } from './standing.ts';

const LOOK_EVERY_MS = 500;
const LINE_EVERY_MS = 3_000;
/** After this time without progress it says so, unless the pace is slower. */
const LONG_MS = 10_000;

/**
 * Shows a plan's progress on stderr: a live bar on a terminal, else a line every few seconds when
 * something has changed. Says each new obstacle. Returns when the plan ends, when `stopped`
 * resolves, when the plan or its account is paused with nothing in flight, or when it stands and no
 * try comes within a minute.
 */
export async function followPlan(
  operations: Operations,
  planId: number,
  stopped: Promise<void>,
): Promise<ObservedPlan> {
  const show = isWatched() ? liveBar() : linesNowAndThen();
  let isStopped = false;
  const stop = new AbortController();
  void stopped.then(() => {
    isStopped = true;
    stop.abort();
  });
  let isAway = false;
  let hasLooked = false;
  const looking = { noteWhy: sayingWhy(operations), isWorthIt: openPatience() };
  while (true) {
    const look = await lookAt(operations, planId, isStopped, looking).catch((error) => {
      // A worker survives a restart of the database, and so does this.
      const isServerAway = hasLooked && hasCode(error, 'server_down');
      const isLedgerAway = hasCode(error, 'ledger_down') && !needsRestart(error);
      if (isStopped || !(isLedgerAway || isServerAway)) {
        endStatus();
        throw error;
      }
    });
    if (look) {
      hasLooked = true;
      const isOver = isStopped || !look.canGoOn;
      show(look.plan, isOver);
      if (isOver) return look.plan;
    } else if (!isAway) {
      say('The database or the server cannot be reached. Waiting for it; Ctrl-C stops.');
    }
    isAway = look === undefined;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}

type NoteWhy = (plan: ObservedPlan) => void;
type Looking = { noteWhy: NoteWhy; isWorthIt: (plan: ObservedPlan) => boolean };

async function lookAt(
  operations: Operations,
  planId: number,
  isStopped: boolean,
  { noteWhy, isWorthIt }: Looking,
) {
  const plan = await operations.plan(planId);
  const isGoingOn = isBetweenTries(plan) ? isWorthIt(plan) : canGoOn(plan);
  if (isGoingOn && !isStopped) noteWhy(plan);
  return { plan, canGoOn: isGoingOn };
}

/** A paused account ends the wait. Any other obstacle does not. */
function canGoOn(plan: ObservedPlan): boolean {
  if (plan.endedAt !== null || plan.state === 'ready') return false;
  const [obstacle] = plan.obstacles;
  if (obstacle ? obstacle.kind !== 'account_paused' : plan.isMoving) return true;
  return plan.state === 'cancelled' || plan.sendingOrders > 0;
}

/** Says each new obstacle. Without one, says once that nothing moves. */
function sayingWhy(operations: Operations): NoteWhy {
  let told: string[] = [];
  let still = { sum: -1, since: 0, isTold: false };
  return (plan) => {
    const now = performance.now();
    const sum = plan.bought + missingOf(plan) + plan.unknown + plan.cancelled;
    const isStill = plan.isMoving && !isBetweenTries(plan);
    if (sum !== still.sum || !isStill) still = { sum, since: now, isTold: false };
    for (const obstacle of plan.obstacles) {
      if (!told.includes(obstacle.kind)) say(obstacleSentence(obstacle, plan, operations));
    }
    told = plan.obstacles.map(({ kind }) => kind);
    const stillMs = now - still.since;
    if (still.isTold || stillMs < Math.max(LONG_MS, 3_000 / (plan.rate ?? 1))) return;
    still.isTold = true;
    const seconds = Math.floor(stillMs / 1000);
    say(
      plan.sendingOrders > 0
        ? `No answer was recorded for ${seconds} s. When the vendor is not slow, the log says why.`
        : `No progress for ${seconds} s, although a worker runs. Its log may say why.`,
    );
  };
}

type Show = (plan: ObservedPlan, isOver: boolean) => void;

function linesNowAndThen(): Show {
  let nextAt = 0;
  let shown = '';
  return (plan, isOver) => {
    const now = performance.now();
    const line = progressLine(plan);
    const text = textOfLine(line);
    if (!isOver && (now < nextAt || text === shown)) return;
    nextAt = now + LINE_EVERY_MS;
    shown = text;
    say(line);
  };
}

function liveBar(): Show {
  return (plan, isOver) => {
    showStatus((columns) => liveLine(plan, columns));
    if (isOver) endStatus();
  };
}

/** Of `order` and `watch`, for their help. */
export const EXIT_CODES =
  '\nExit codes:\n  0, all was bought; 1, an error; 2, numbers are missing; 3, unknown outcomes ' +
  'remain;\n  4, paused, stopped or cancelled';

/** The exit code of `order` and `watch`, as in docs/commands.md. */
export function exitCodeOf(plan: ObservedPlan): number {
  if (plan.endedAt === null && !isBetweenTries(plan)) return 4;
  if (plan.unknown > 0) return 3;
  if (plan.state === 'cancelled') return 4;
  return missingOf(plan) > 0 ? 2 : 0;
}
