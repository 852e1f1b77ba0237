import {
  type Account,
  awaitsAnswers,
  isBetweenTries,
  missingOf,
  type PlanPage,
} from '../../../ledger/index.ts';
import { type ObservedPlan, pauseOf } from '../../../obstacles/index.ts';
import { bar, sharesOf } from '../components/bar.ts';
import { modeTag } from '../components/mode.ts';
import { emptyCard, unknownNote } from '../components/note.ts';
import { count, counted, paceWords, quiet } from '../components/numbers.ts';
import { OBSTACLES, obstacleNote, planPill } from '../components/obstacles.ts';
import { heading, numberCell, numberHeading, pageLink } from '../components/table.ts';
import { elapsed, moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

type ObservedPage = Omit<PlanPage, 'plans'> & { plans: ObservedPlan[] };
type Shown = { accounts: Account[]; page: ObservedPage; search: string; isFirst: boolean };

export function plansPage(visit: Visit, shown: Shown): string {
  const { accounts, page, search } = shown;
  const isEmpty = page.total === 0 && search === '';
  const notices = [
    unknownNote({ orders: visit.unknown.orders, href: '/unknown' }),
    ...accounts.map((account) => accountNote(account, page, visit.now)),
  ];
  const content = html`<div class="head">
  <div><h1>Plans</h1></div>
  ${visit.may.submit && NEW_PLAN}
</div>
<div class="stack notices" data-part="notices">${notices}</div>
${isEmpty ? noPlans(visit) : planTable(visit, shown)}`;
  return layout(visit, { title: 'Plans', section: 'plans', live: { events: null }, content });
}

/** What stops the plans of an account on this page; a pause also where none of them is on it. */
function accountNote(
  { name, pausedReason }: Account,
  { plans }: ObservedPage,
  now: Date,
): Html | null {
  const stopped = plans.find(({ account, obstacles }) => account === name && obstacles.length > 0);
  if (stopped) return obstacleNote(name, stopped.obstacles, now);
  if (pausedReason === null) return null;
  return obstacleNote(name, [pauseOf(name, pausedReason)], now);
}

const NEW_PLAN = html`<a class="btn primary" href="/plans/new">New plan</a>`;

const noPlans = ({ may }: Visit) =>
  emptyCard(
    'No plans yet',
    html`A plan is a CSV file with one line for each area code, which says how many numbers you want
    there. Try one in the sandbox first. It costs nothing.`,
    html`<div class="row">${may.submit && NEW_PLAN}
    <a class="btn" href="/example.csv" download>Download an example CSV</a></div>`,
  );

function planTable(visit: Visit, { page, search, isFirst }: Shown): Html {
  const nothing = html`<tr><td class="full" colspan="7">No plan matches “${search}”.
    <a href="/">Show all plans</a></td></tr>`;
  return html`<section class="card" aria-labelledby="plans-h">
  <header>
    <h2 id="plans-h">${search === '' ? 'All plans' : `Plans that match “${search}”`}
      <span class="small muted" data-part="total">${count(page.total)}</span></h2>
    ${searchForm(search)}
  </header>
  <table class="fold" id="plans">
    <thead><tr>
      ${heading('Plan')}${heading('State')}${heading('Progress')}${numberHeading('Missing')}
      ${numberHeading('Unknown')}${heading('Pace')}${heading('Submitted')}
    </tr></thead>
    <tbody data-rows>
      ${page.plans.length > 0 ? page.plans.map((plan) => planRow(plan, visit.now)) : nothing}
    </tbody>
  </table>
  ${pager(page, search, isFirst)}
</section>`;
}

function searchForm(search: string): Html {
  return html`<form class="search" role="search" action="/">
      <label class="sr" for="q">Search plans by name, person, account or number</label>
      <input type="search" id="q" name="q" value="${search}" placeholder="Name, person or account">
      <kbd aria-hidden="true">/</kbd>
    </form>`;
}

function pager({ plans, next, total }: PlanPage, search: string, isFirst: boolean): Html {
  const query = search === '' ? '' : `q=${encodeURIComponent(search)}`;
  const older = [query, `before=${next}`].filter(Boolean).join('&');
  const shown = isFirst
    ? `${count(plans.length)} of ${counted(total, 'plan')}, newest first`
    : `${counted(plans.length, 'older plan')} of ${count(total)}`;
  return html`<div class="foot">
    <span>${shown}</span>
    <span data-changed hidden><a href="">The list has changed. Show it</a></span>
    <span class="row">
      ${pageLink('prev', 'Newest', isFirst ? null : `/?${query}`)}
      ${pageLink('next', 'Older', next === null ? null : `/?${older}`)}
    </span>
  </div>`;
}

function planRow(plan: ObservedPlan, now: Date): Html {
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

function paceCell(plan: ObservedPlan): Html {
  const [above, below] = paceLines(plan);
  return html`${above}<br><span class="small muted">${below}</span>`;
}

function paceLines(plan: ObservedPlan): [above: string, below: string] {
  const { state, pendingOrders, rate, isMoving, isCancelling, etaSeconds } = plan;
  const { startedAt, endedAt, obstacles, heldUntil } = plan;
  const left = etaSeconds === null ? null : `${timeLeft(etaSeconds)} left`;
  if (state === 'ready') return ['–', 'nothing sent yet'];
  if (isBetweenTries(plan)) return ['waits', 'until its next try'];
  if (isMoving && awaitsAnswers(plan)) return ['waits', 'for the vendor’s answer'];
  if (isMoving) return [paceWords(rate), left ?? 'as fast as possible'];
  if (state === 'running' || state === 'standing') {
    return ['stopped', left ?? OBSTACLES[obstacles[0]?.kind ?? 'account_paused'].end];
  }
  if (heldUntil) return ['stopped', 'until its limit leaves room'];
  if (state === 'paused') return ['stopped', 'until it is resumed'];
  if (isCancelling) return ['stopped', `${counted(pendingOrders, 'order')} left to cancel`];
  if (startedAt === null || endedAt === null) return ['–', 'ended'];
  const took = elapsed(endedAt.getTime() - startedAt.getTime());
  // Its own page says how fast it went: only that page reads the pauses.
  return ['ended', `${state === 'finished' ? 'took' : 'ran'} ${took}`];
}
