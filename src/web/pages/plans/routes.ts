import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Account, listAccounts, type PlanPage, planPage } from '../../../ledger/index.ts';
import { type StandingPlan, standingOfAll } from '../../../obstacles/index.ts';
import type { WebContext } from '../../context.ts';
import { bar, missingOf, sharesOf } from '../components/bar.ts';
import { modeTag } from '../components/mode.ts';
import { count, counted, paceWords, quiet } from '../components/numbers.ts';
import { OBSTACLE_ENDS, obstacleNote } from '../components/obstacles.ts';
import { planPill } from '../components/pill.ts';
import { duration, moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { visitOf } from '../visit.ts';
import { unknownNote } from './unknown-note.ts';

const PER_PAGE = 25;

const Query = z.object({
  q: z.string().max(200).catch(''),
  before: z.coerce.number().int().positive().max(2_147_483_647).optional().catch(undefined),
});

/** `/`: every plan, newest first. */
export function addPlans(app: FastifyInstance, context: WebContext): void {
  app.get('/', async (request, reply) => {
    const { q, before } = Query.parse(request.query);
    const [visit, accounts, page] = await Promise.all([
      visitOf(request, context),
      listAccounts(context.ledger),
      planPage(context.ledger, { search: q, before, limit: PER_PAGE }),
    ]);
    const plans = await standingOfAll(context, page.plans);
    const content = plansPage(visit, {
      accounts,
      page: { ...page, plans },
      search: q.trim(),
      isFirst: before === undefined,
    });
    const live = { events: null };
    return reply
      .type('text/html')
      .send(layout(visit, { title: 'Plans', section: 'plans', live, content }));
  });
}

type StandingPage = Omit<PlanPage, 'plans'> & { plans: StandingPlan[] };
type Shown = { accounts: Account[]; page: StandingPage; search: string; isFirst: boolean };

function plansPage(visit: Visit, { accounts, page, search, isFirst }: Shown): Html {
  const isEmpty = page.total === 0 && search === '';
  return html`<div class="head">
  <div><h1>Plans</h1></div>
  <a class="btn primary" href="/plans/new">New plan</a>
</div>
<div class="stack notices" data-part="notices">${unknownNote(visit.unknownOrders)}${accounts.map((account) => accountNote(account, page, visit.now))}</div>
${isEmpty ? NO_PLANS : planTable(visit, page, search, isFirst)}`;
}

/** A pause, also of an account whose plans are not on this page; and what stops those that are. */
function accountNote(
  { name, pausedReason }: Account,
  { plans }: StandingPage,
  now: Date,
): Html | null {
  const stopped = plans.find(({ account, obstacles }) => account === name && obstacles.length > 0);
  if (stopped) return obstacleNote(name, stopped.obstacles, now);
  if (pausedReason === null) return null;
  const words = `Account ${name} is paused: ${pausedReason}`;
  return obstacleNote(name, [{ kind: 'account_paused', words, until: null }], now);
}

const NO_PLANS = html`<section class="card"><div class="empty"><h2>No plans yet</h2>
<p class="muted">A plan is a CSV with one line for each area code and how many numbers you want there. Try one in the sandbox first. It costs nothing.</p>
<div class="row"><a class="btn primary" href="/plans/new">New plan</a><a class="btn" href="/example.csv" download>Download an example CSV</a></div></div></section>`;

function planTable(visit: Visit, page: StandingPage, search: string, isFirst: boolean): Html {
  const rows =
    page.plans.length > 0
      ? page.plans.map((plan) => planRow(plan, visit))
      : html`<tr><td class="full" colspan="7">No plan matches “${search}”. <a href="/">Show all plans</a></td></tr>`;
  return html`<section class="card" aria-labelledby="plans-h">
  <header>
    <h2 id="plans-h">${search === '' ? 'All plans' : html`Plans that match “${search}”`} <span class="small muted" data-part="total">${count(page.total)}</span></h2>
    <form class="search" role="search" action="/"><label class="sr" for="q">Search plans by name, person, account or number</label><input type="search" id="q" name="q" value="${search}" placeholder="Name, person or account"><kbd aria-hidden="true">/</kbd></form>
  </header>
  <table class="fold" id="plans">
    <thead><tr><th scope="col">Plan</th><th scope="col">State</th><th scope="col">Progress</th><th scope="col" class="n">Missing</th><th scope="col" class="n">Unknown</th><th scope="col">Pace</th><th scope="col">Submitted</th></tr></thead>
    <tbody data-rows>${rows}</tbody>
  </table>
  ${pager(page, search, isFirst)}
</section>`;
}

function pager({ plans, next, total }: PlanPage, search: string, isFirst: boolean): Html {
  const query = search === '' ? '' : `q=${encodeURIComponent(search)}`;
  const older = [query, `before=${next}`].filter(Boolean).join('&');
  return html`<div class="foot"><span>${isFirst ? `${count(plans.length)} of ${counted(total, 'plan')}, newest first` : `${counted(plans.length, 'older plan')} of ${count(total)}`}</span><span class="more" data-changed hidden><a href="">The list has changed. Show it</a></span><span class="row">
    ${isFirst ? html`<span class="btn" aria-disabled="true">Newest</span>` : html`<a class="btn" rel="prev" href="/?${query}">Newest</a>`}
    ${next === null ? html`<span class="btn" aria-disabled="true">Older</span>` : html`<a class="btn" rel="next" href="/?${older}">Older</a>`}</span></div>`;
}

function planRow(plan: StandingPlan, { now }: Visit): Html {
  const missing = missingOf(plan);
  const url = `/plans/${plan.id}`;
  return html`<tr data-key="${plan.id}">
  <th scope="row" class="full"><a class="title" href="${url}">${plan.name}</a><br>${modeTag(plan.mode, true)} <span class="muted">${plan.account}</span></th>
  <td class="full">${planPill(plan)}</td>
  <td class="full progress">${bar(sharesOf(plan))}<span class="small muted"><b>${count(plan.bought)}</b> of ${count(plan.requested)} bought</span></td>
  <td class="n" data-h="Missing">${missing > 0 ? html`<a class="c-missing" href="${url}?filter=missing#lines">${count(missing)}</a>` : quiet(0)}</td>
  <td class="n" data-h="Unknown">${plan.unknown > 0 ? html`<a class="c-unknown" href="/unknown?plan=${plan.id}">${count(plan.unknown)}</a>` : quiet(0)}</td>
  <td class="nowrap full">${paceCell(plan)}</td>
  <td class="full who">${plan.submittedBy}<br><span class="small muted nowrap">${moment(plan.submittedAt, now)}</span></td>
</tr>`;
}

/** The pace and what it means for the time, on two lines. */
function paceCell(plan: StandingPlan): Html {
  const lines = (above: string, below: string) =>
    html`${above}<br><span class="small muted">${below}</span>`;
  const { state, rate, isMoving, etaSeconds, startedAt, endedAt, obstacles } = plan;
  if (state === 'ready') return lines('–', 'nothing sent yet');
  if (isMoving)
    return lines(
      paceWords(rate),
      etaSeconds === null ? 'as fast as it goes' : `${timeLeft(etaSeconds)} left`,
    );
  if (state === 'running') {
    const ends = OBSTACLE_ENDS[obstacles[0]?.kind ?? 'account_paused'](plan.account);
    return lines('stopped', etaSeconds === null ? ends : `${timeLeft(etaSeconds)} left`);
  }
  if (state === 'paused') return lines('stopped', 'until it is resumed');
  if (startedAt === null || endedAt === null) return lines('–', 'ended');
  const took = duration(endedAt.getTime() - startedAt.getTime());
  // How fast it went says its page, which knows the pauses.
  return lines('ended', `${state === 'finished' ? 'took' : 'ran'} ${took}`);
}
