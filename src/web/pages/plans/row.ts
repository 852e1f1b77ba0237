import { awaitsAnswers, missingOf } from '../../../ledger/index.ts';
import type { ObservedPlan } from '../../../obstacles/index.ts';
import { bar, sharesOf } from '../components/bar.ts';
import { modeTag } from '../components/mode.ts';
import { count, counted, paceWords, quiet } from '../components/numbers.ts';
import { OBSTACLE_ENDS } from '../components/obstacles.ts';
import { planPill } from '../components/pill.ts';
import { numberCell } from '../components/table.ts';
import { elapsed, moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';

/** A plan as a row of the table of plans. */
export function planRow(plan: ObservedPlan, now: Date): Html {
  const url = `/plans/${plan.id}`;
  return html`<tr data-key="${plan.id}">
  <th scope="row" class="full"><a class="title" href="${url}">${plan.name}</a><br>
    ${modeTag(plan.mode, true)} <span class="muted">${plan.account}</span></th>
  <td class="full">${planPill(plan)}</td>
  <td class="full progress">${bar(sharesOf(plan))}<span class="small muted">
    <b>${count(plan.bought)}</b> of ${count(plan.requested)} bought</span></td>
  ${numberCell('Missing', linked(missingOf(plan), 'c-missing', `${url}?filter=missing#lines`))}
  ${numberCell('Unknown', linked(plan.unknown, 'c-unknown', `/unknown?plan=${plan.id}`))}
  <td class="nowrap full">${paceCell(plan)}</td>
  <td class="full who">${plan.submittedBy}<br>
    <span class="small muted nowrap">${moment(plan.submittedAt, now)}</span></td>
</tr>`;
}

function linked(n: number, tone: string, href: string): Html {
  return n === 0 ? quiet(0) : html`<a class="${tone}" href="${href}">${count(n)}</a>`;
}

/** The pace, and below it what that means for the time. */
function paceCell(plan: ObservedPlan): Html {
  const [above, below] = paceLines(plan);
  return html`${above}<br><span class="small muted">${below}</span>`;
}

function paceLines(plan: ObservedPlan): [above: string, below: string] {
  const { state, pendingOrders, rate, isMoving, isCancelling, etaSeconds } = plan;
  const { startedAt, endedAt, obstacles, heldUntil } = plan;
  const left = etaSeconds === null ? null : `${timeLeft(etaSeconds)} left`;
  if (state === 'ready') return ['–', 'nothing sent yet'];
  if (state === 'standing' && pendingOrders === 0) return ['waits', 'until its next try'];
  if (isMoving && awaitsAnswers(plan)) return ['waits', 'for the vendor’s answer'];
  if (isMoving) return [paceWords(rate), left ?? 'as fast as possible'];
  if (state === 'running' || state === 'standing') {
    return ['stopped', left ?? OBSTACLE_ENDS[obstacles[0]?.kind ?? 'account_paused'](plan.account)];
  }
  if (heldUntil) return ['stopped', 'until its limit leaves room'];
  if (state === 'paused') return ['stopped', 'until it is resumed'];
  if (isCancelling) return ['stopped', `${counted(pendingOrders, 'order')} left to cancel`];
  if (startedAt === null || endedAt === null) return ['–', 'ended'];
  const took = elapsed(endedAt.getTime() - startedAt.getTime());
  // Its own page says how fast it went: only that page reads the pauses.
  return ['ended', `${state === 'finished' ? 'took' : 'ran'} ${took}`];
}
