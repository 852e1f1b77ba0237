import {
  awaitsAnswers,
  type BoughtCost,
  exactOf,
  isBetweenTries,
  missingOf,
  ordersOf,
  type PlanDocument,
  type Progress,
} from '../../../ledger/index.ts';
import type { ObservedPlan } from '../../../obstacles/index.ts';
import { moneyWords, unpricedWords, withoutWords } from '../../../prices/index.ts';
import { bar, sharesOf } from '../components/bar.ts';
import { accountAnchor } from '../components/mode.ts';
import { count, counted, pace, percent, quiet } from '../components/numbers.ts';
import { OBSTACLES } from '../components/obstacles.ts';
import { elapsed, minute, moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { msPaused, type Pause } from './course.ts';

/** The bar, the sum below it (invariant "it adds up"), and figures on pace and time. */
export function progressCard(moving: ProgressShown): Html {
  const { plan } = moving;
  return html`<section class="card" id="progress-card" data-part="progress"
  aria-labelledby="prog-h">
  <h2 class="sr" id="prog-h">Progress</h2>
  <div class="pad">${bar(sharesOf(plan), true)}</div>
  <dl class="sum" id="sum">${sum(plan)}</dl>
  <dl class="stats">${figures(moving)}</dl>
</section>`;
}

function sum(plan: PlanDocument): Html[] {
  const url = `/plans/${plan.id}`;
  const missing = link(missingOf(plan), `${url}?filter=missing#lines`, 'missing');
  const unknown = link(plan.unknown, `/unknown?plan=${plan.id}`, 'unknown');
  const pending = link(plan.pending, `${url}?filter=waiting#lines`, 'pending');
  const inOrders = (n: number) => (n > 0 ? `in ${counted(n, 'order')}` : '');
  const parts = [
    part('Asked for', null, sumFigure(plan.requested, 'requested'), 'numbers'),
    part('Bought', 'bought', sumFigure(plan.bought, 'bought'), boughtWords(plan)),
    part('Missing', 'missing', missing, missingWords(plan)),
    part('Unknown', 'unknown', unknown, inOrders(plan.unknownOrders)),
    part('Pending', 'pending', pending, inOrders(plan.pendingOrders)),
  ];
  if (plan.cancelled === 0) return parts;
  const cancelled = sumFigure(plan.cancelled, 'cancelled');
  return [...parts, part('Cancelled', 'hollow', cancelled, 'will not be bought')];
}

function part(name: string, key: string | null, n: Html, below: string): Html {
  return html`
    <div><dt>${key && html`<i class="key ${key}"></i>`}${name}</dt>
      <dd>${n}<small>${below}</small></dd></div>`;
}

function sumFigure(n: number, name: string): Html {
  return html`<span data-figure="${name}">${count(n)}</span>`;
}

function link(n: number, href: string, name: string): Html {
  if (n === 0) return html`<span data-figure="${name}">${quiet(0)}</span>`;
  return html`<a href="${href}" data-figure="${name}">${count(n)}</a>`;
}

/** What came in place of what was asked for is told apart. */
function boughtWords(plan: PlanDocument): string {
  const { bought, requested, substituted } = plan;
  const share = percent(bought, requested);
  if (substituted === 0) return share;
  return `${share}: ${count(exactOf(plan))} exact, ${count(substituted)} substituted`;
}

function missingWords(plan: PlanDocument): string {
  const parts = [];
  if (plan.short > 0) parts.push(`${count(plan.short)} not in stock`);
  if (plan.refused > 0) parts.push(`${count(plan.refused)} refused`);
  if (plan.undelivered > 0) parts.push(`${count(plan.undelivered)} not sent`);
  return parts.join(', ');
}

type ProgressShown = {
  plan: ObservedPlan;
  isAccountPaused: boolean;
  /** Null: without prices. */
  cost: BoughtCost | null;
  inFlight: number;
  now: Date;
  /** The plan's course up to now, and the pauses in it. */
  course: Progress[];
  pauses: Pause[];
};

function figures(moving: ProgressShown): Html[] {
  const { plan, cost, inFlight, now, course, pauses } = moving;
  const hasEnded = plan.endedAt !== null;
  const reached = hasEnded ? averagePace(plan, pauses) : recentPace(plan, course, now);
  const [left, leftBelow] = timeWords(moving);
  const some = [
    plan.successors > 0 ? ' with successors' : '',
    plan.cancelled > 0 ? ', some cancelled' : '',
  ].join('');
  return [
    figure(
      'Orders a second',
      reached === null ? '–' : pace(reached),
      hasEnded ? 'on average, pauses left out' : paceSet(plan),
    ),
    figure('Time left', html`<span data-figure="left">${left}</span>`, leftBelow),
    figure(
      plan.cancelled > 0 ? 'Orders ended' : 'Orders answered',
      count(ordersOf(plan) - plan.pendingOrders),
      `of ${count(ordersOf(plan))}${some}`,
    ),
    figure('On their way', count(inFlight), inFlight > 0 ? 'sent, no answer yet' : ''),
    figure(hasEnded ? 'It took' : 'Since it started', ran(plan, now)),
    ...(cost === null ? [] : [figure(costName(plan), ...costWords(cost))]),
  ];
}

/** What the sandbox sells costs nothing. */
function costName({ mode, endedAt }: PlanDocument): string {
  const isLive = mode === 'live';
  if (endedAt === null) return isLive ? 'Cost so far' : 'Would cost so far';
  return isLive ? 'It cost' : 'It would have cost';
}

function costWords(cost: BoughtCost): [string, string] {
  const { once, monthly, currency } = cost;
  if (once === null || monthly === null) return ['not known', unpricedWords(cost)];
  const below = `once, and ${moneyWords(monthly, currency)} a month${withoutWords(cost)}`;
  return [moneyWords(once, currency), below];
}

function figure(name: string, value: Html | string, below?: Html | string): Html {
  const small = below !== undefined && html` <small>${below}</small>`;
  return html`
    <div><dt>${name}</dt><dd>${value}${small}</dd></div>`;
}

function ran({ startedAt, endedAt }: PlanDocument, now: Date): string {
  return startedAt === null ? '–' : elapsed((endedAt ?? now).getTime() - startedAt.getTime());
}

/**
 * Orders answered a second from start to end, without pauses; null where that says nothing. A rest
 * for a limit or for the vendor counts: nothing is noted when one ends.
 */
function averagePace(plan: PlanDocument, pauses: Pause[]): number | null {
  const { startedAt, endedAt, pendingOrders, cancelled, revision } = plan;
  if (startedAt === null || endedAt === null || cancelled > 0 || revision > 1) return null;
  const ms = endedAt.getTime() - startedAt.getTime() - msPaused(pauses);
  return ms >= 1000 ? ((ordersOf(plan) - pendingOrders) / ms) * 1000 : null;
}

const RECENT_MS = 30_000;

/** Orders a second since the newest sample that is at least half a minute old. */
function recentPace({ isMoving }: ObservedPlan, course: Progress[], now: Date): number | null {
  const last = course.at(-1);
  if (!isMoving || !last) return null;
  const isBefore = ({ at }: Progress) => now.getTime() - at.getTime() >= RECENT_MS;
  const first = course.findLast(isBefore) ?? course[0]!;
  const ms = now.getTime() - first.at.getTime();
  return ms >= 1000 ? ((last.orders - first.orders) / ms) * 1000 : null;
}

/** Only for a plan that has not ended: the account's pace may have changed since an end. */
function paceSet({ isMoving, rate, account }: PlanDocument): Html {
  const words = rate === null ? 'no pace set' : pace(rate);
  const link = html`<a href="/accounts#${accountAnchor(account)}">${words} on ${account}</a>`;
  return html`${isMoving && 'recently, '}${rate !== null && 'set to '}${link}`;
}

type TimeWords = [left: string, below: Html | string];

function timeWords({ plan, isAccountPaused, now }: ProgressShown): TimeWords {
  const { account, secondsNeeded } = plan;
  const atPace = secondsNeeded === null ? 'as fast as possible' : timeLeft(secondsNeeded);
  const [obstacle] = plan.obstacles;
  if (plan.endedAt) return ['done', html`at ${minute(plan.endedAt)}`];
  if (plan.state === 'cancelled') return ['ending', ''];
  if (isBetweenTries(plan)) return ['waits', nextTry(plan, now)];
  if (awaitsAnswers(plan)) return ['waits', 'for the vendor’s answer'];
  if (plan.heldUntil) return ['paused', html`until ${moment(plan.heldUntil, now)}`];
  if (plan.state === 'paused') {
    const too = isAccountPaused ? ` it and ${account}` : '';
    return ['paused', `${atPace} after you resume${too}`];
  }
  if (obstacle?.kind === 'account_paused')
    return ['paused', `${atPace} after ${account} is resumed`];
  if (plan.etaSeconds === null)
    return ['not known', obstacle ? OBSTACLES[obstacle.kind].end : atPace];
  const until = new Date(now.getTime() + plan.etaSeconds * 1000);
  const left = timeLeft(plan.etaSeconds);
  if (plan.etaSeconds < 10) return [left, ''];
  return [left, html`until ${moment(until, now)}, if nothing else shares the pace`];
}

function nextTry({ standing }: PlanDocument, now: Date): Html | string {
  return standing?.nextAt ? html`next try ${moment(standing.nextAt, now)}` : 'for its end';
}
