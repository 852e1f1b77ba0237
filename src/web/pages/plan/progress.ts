import type { PlanDocument, Progress } from '../../../ledger/index.ts';
import type { StandingPlan } from '../../../obstacles/index.ts';
import { bar, missingOf, sharesOf } from '../components/bar.ts';
import { accountAnchor } from '../components/mode.ts';
import { count, counted, pace, percent, quiet } from '../components/numbers.ts';
import { OBSTACLE_ENDS } from '../components/obstacles.ts';
import { duration, minute, moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { msPaused, type Pause } from './pauses.ts';

type Moving = {
  plan: StandingPlan;
  inFlight: number;
  now: Date;
  /** Its course up to now, and the pauses in it. */
  course: Progress[];
  pauses: Pause[];
};

/** The bar, the sum that must add up, and the figures beneath: it adds up, as typography. */
export function progressCard(moving: Moving): Html {
  const { plan } = moving;
  const shares = sharesOf(plan);
  const url = `/plans/${plan.id}`;
  const missing = missingOf(plan);
  return html`<section class="card" aria-labelledby="prog-h" id="progress-card" data-part="progress">
  <h2 class="sr" id="prog-h">Progress</h2>
  <div class="pad">${bar(shares, true)}</div>
  <dl class="sum" id="sum">
    <div><dt>Asked for</dt><dd><span data-figure="requested">${count(plan.requested)}</span><small>numbers</small></dd></div>
    <div><dt><i class="key bought"></i>Bought</dt><dd><span data-figure="bought">${count(plan.bought)}</span><small>${percent(plan.bought, plan.requested)}</small></dd></div>
    <div><dt><i class="key missing"></i>Missing</dt><dd>${link(missing, `${url}?filter=missing#lines`, 'missing')}<small>${missingWords(plan)}</small></dd></div>
    <div><dt><i class="key unknown"></i>Unknown</dt><dd>${link(plan.unknown, `/unknown?plan=${plan.id}`, 'unknown')}<small>${plan.unknownOrders > 0 ? `in ${counted(plan.unknownOrders, 'order')}` : ''}</small></dd></div>
    <div><dt><i class="key waiting"></i>Waiting</dt><dd>${link(plan.pending, `${url}?filter=waiting#lines`, 'waiting')}<small>${plan.pendingOrders > 0 ? `in ${counted(plan.pendingOrders, 'order')}` : ''}</small></dd></div>
    ${plan.cancelled > 0 && html`<div><dt><i class="key hollow"></i>Cancelled</dt><dd><span data-figure="cancelled">${count(plan.cancelled)}</span><small>will not be bought</small></dd></div>`}
  </dl>
  <dl class="stats">${stats(moving)}</dl>
</section>`;
}

function link(n: number, href: string, name: string): Html {
  if (n === 0) return html`<span data-figure="${name}">${quiet(0)}</span>`;
  return html`<a href="${href}" data-figure="${name}">${count(n)}</a>`;
}

function missingWords(plan: PlanDocument): string {
  const parts = [];
  if (plan.short > 0) parts.push(`${count(plan.short)} not in stock`);
  if (plan.refused > 0) parts.push(`${count(plan.refused)} refused`);
  if (plan.undelivered > 0) parts.push(`${count(plan.undelivered)} not sent`);
  return parts.join(', ');
}

function stats({ plan, inFlight, now, course, pauses }: Moving): Html {
  const [left, leftBelow] = timeWords(plan, now);
  // Also what is cancelled is not pending any more.
  const answered = plan.orders - plan.pendingOrders;
  const until = plan.endedAt ?? now;
  const ran = plan.startedAt === null ? '–' : duration(until.getTime() - plan.startedAt.getTime());
  const reached = plan.endedAt ? averagePace(plan, pauses) : recentPace(plan, course, now);
  return html`
    <div><dt>Orders a second</dt><dd>${reached === null ? '–' : pace(reached)} <small>${plan.endedAt === null ? paceSet(plan) : 'on average, without pauses'}</small></dd></div>
    <div><dt>Time left</dt><dd><span data-figure="left">${left}</span> <small>${leftBelow}</small></dd></div>
    <div><dt>Orders ${plan.cancelled > 0 ? 'ended' : 'answered'}</dt><dd>${count(answered)} <small>of ${count(plan.orders)}${plan.cancelled > 0 && ', some cancelled'}</small></dd></div>
    <div><dt>On their way</dt><dd>${count(inFlight)} <small>${inFlight > 0 ? 'sent, no answer yet' : ''}</small></dd></div>
    <div><dt>${plan.endedAt === null ? 'Since it started' : 'It took'}</dt><dd>${ran}</dd></div>`;
}

/** Orders answered a second while it ran and was not paused; null where that says nothing. */
function averagePace(plan: PlanDocument, pauses: Pause[]): number | null {
  const { startedAt, endedAt, orders, pendingOrders, cancelled } = plan;
  if (startedAt === null || endedAt === null || cancelled > 0) return null;
  const ms = endedAt.getTime() - startedAt.getTime() - msPaused(pauses);
  return ms >= 1000 ? ((orders - pendingOrders) / ms) * 1000 : null;
}

/** Of late: over the last half minute, or the shortest longer time that was noted. */
const LATE_MS = 30_000;

function recentPace({ isMoving }: StandingPlan, course: Progress[], now: Date): number | null {
  const last = course.at(-1);
  if (!isMoving || !last) return null;
  const first = course.findLast(({ at }) => now.getTime() - at.getTime() >= LATE_MS) ?? course[0]!;
  const ms = now.getTime() - first.at.getTime();
  return ms >= 1000 ? ((last.orders - first.orders) / ms) * 1000 : null;
}

/** Of one that has ended nobody knows any more: the account's pace may have been set anew since. */
function paceSet({ isMoving, rate, account }: PlanDocument): Html {
  return html`${isMoving && 'of late, '}${rate !== null && 'set to '}<a href="/accounts#${accountAnchor(account)}">${rate === null ? 'no pace set' : pace(rate)} on ${account}</a>`;
}

function timeWords(plan: StandingPlan, now: Date): [left: string, below: Html | string] {
  const { account, secondsNeeded } = plan;
  const atPace = secondsNeeded === null ? 'as fast as it goes' : timeLeft(secondsNeeded);
  const [obstacle] = plan.obstacles;
  if (plan.endedAt) return ['done', html`at ${minute(plan.endedAt)}`];
  if (plan.state === 'cancelled') return ['ending', ''];
  if (plan.state === 'paused') return ['paused', `${atPace} after you resume`];
  if (obstacle?.kind === 'account_paused')
    return ['paused', `${atPace} after ${account} is resumed`];
  if (plan.etaSeconds === null)
    return ['not known', obstacle ? OBSTACLE_ENDS[obstacle.kind](account) : atPace];
  const until = new Date(now.getTime() + plan.etaSeconds * 1000);
  const left = timeLeft(plan.etaSeconds);
  if (plan.etaSeconds < 10) return [left, ''];
  return [left, html`until ${moment(until, now)}, if nothing else shares the pace`];
}
