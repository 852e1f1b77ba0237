import type { Office } from '../client/index.ts';
import { AppError } from '../errors.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import { endStatus, isWatched, showStatus, textOfLine } from '../terminal/index.ts';
import { type Hindrance, hindranceOf, isHeldUp } from './hindrance.ts';
import { say } from './output.ts';
import { liveLine, progressLine } from './progress.ts';

const LOOK_EVERY_MS = 200;
const LINE_EVERY_MS = 3_000;
const ASK_WHY_EVERY_MS = 1_000;

/**
 * Shows a plan's progress on stderr until nothing more can be done for it now: it has ended, or it
 * or its account is paused and nothing is in flight. A live bar on a terminal, else a line every
 * few seconds when something has changed. Says what holds it up, each time that this changes. Also
 * returns when `stopped` resolves.
 */
export async function followPlan(
  office: Office,
  planId: number,
  stopped: Promise<void>,
  { worksHere = false }: { worksHere?: boolean } = {},
): Promise<PlanDocument> {
  const show = isWatched() ? liveBar() : linesNowAndThen();
  let isStopped = false;
  void stopped.then(() => {
    isStopped = true;
  });
  let isAway = false;
  const noteWhy = sayingWhy(office, worksHere);
  while (true) {
    const look = await lookAt(office, planId, isStopped, noteWhy).catch((error) => {
      // The worker outlasts a database that is restarted, and so does whoever watches it.
      if (isStopped || !(error instanceof AppError) || error.code !== 'ledger_down') {
        endStatus();
        throw error;
      }
    });
    if (look) {
      const isOver = isStopped || !look.canGoOn;
      show(look.plan, isOver);
      if (isOver) return look.plan;
    } else if (!isAway) {
      say('The database is away: waiting for it. Ctrl-C stops.');
    }
    isAway = look === undefined;
    await Promise.race([stopped, new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS))]);
  }
}

type NoteWhy = (plan: PlanDocument) => Promise<void>;

async function lookAt(office: Office, planId: number, isStopped: boolean, noteWhy: NoteWhy) {
  const plan = await office.plan(planId);
  const isGoingOn = await canGoOn(office, plan);
  if (isGoingOn && !isStopped) await noteWhy(plan);
  return { plan, canGoOn: isGoingOn };
}

async function canGoOn(office: Office, plan: PlanDocument): Promise<boolean> {
  if (plan.endedAt !== null || plan.state === 'ready') return false;
  if (plan.isMoving || isHeldUp(plan)) return true;
  return plan.state === 'cancelled' || (await office.isSending(plan));
}

/** Says what holds the plan up when that is another thing than the last time. */
function sayingWhy(office: Office, worksHere: boolean): NoteWhy {
  let nextAt = 0;
  let told: Hindrance['what'] | undefined;
  let still = { sum: -1, since: 0 };
  return async (plan) => {
    const now = performance.now();
    const sum = plan.bought + missingOf(plan) + plan.unknown + plan.cancelled;
    if (sum !== still.sum) still = { sum, since: now };
    if (now < nextAt) return;
    nextAt = now + ASK_WHY_EVERY_MS;
    const hindrance = await hindranceOf(office, plan, { worksHere, stillMs: now - still.since });
    if (hindrance && hindrance.what !== told) say(hindrance.sentence);
    told = hindrance?.what;
  };
}

type Show = (plan: PlanDocument, isOver: boolean) => void;

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

/** Exit code of `order` and `watch`; the README's table says the same. */
export function exitCodeOf(plan: PlanDocument): number {
  if (plan.endedAt === null) return 4;
  if (plan.unknown > 0) return 3;
  if (plan.state === 'cancelled') return 4;
  return missingOf(plan) > 0 ? 2 : 0;
}
