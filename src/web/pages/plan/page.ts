import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import {
  type AccountState,
  accountState,
  findCheck,
  findPlan,
  type LedgerEvent,
  linePage,
  type PlanDocument,
  planColumns,
  planEvents,
  planPauses,
  planProgress,
  plansOfSameFile,
  sendingOrders,
  surplusNumbers,
  withheldNumbers,
} from '../../../ledger/index.ts';
import { type StandingPlan, standingOf } from '../../../obstacles/index.ts';
import type { WebContext } from '../../context.ts';
import type { Refused } from '../components/act.ts';
import { missingOf } from '../components/bar.ts';
import { eventList } from '../components/events.ts';
import { flash, note } from '../components/note.ts';
import { count, counted } from '../components/numbers.ts';
import { planPill, stateWords } from '../components/pill.ts';
import { moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { visitOf } from '../visit.ts';
import { planActions } from './actions.ts';
import { chart } from './chart.ts';
import { courseOf } from './course.ts';
import { filesCard } from './files.ts';
import { linesCard } from './lines.ts';
import { planNotes, planSaid, type Situation, saidOf } from './notes.ts';
import { pausesBetween } from './pauses.ts';
import { progressCard } from './progress.ts';
import { startPanel } from './start.ts';

const LINES_PER_PAGE = 50;
const FIRST_LINES = 6;
const EVENTS = 6;
const EVENTS_PER_PAGE = 50;
const SURPLUS_SHOWN = 50;

const Line = z.coerce.number().int().nonnegative().max(2_147_483_647).optional().catch(undefined);
const Query = z.object({
  filter: z.enum(['all', 'missing', 'unknown', 'waiting']).catch('all'),
  q: z.string().trim().max(100).catch(''),
  after: Line,
  before: Line,
  /** The events before this one, a whole page of them. */
  events: z.coerce
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .catch(undefined),
  said: z.string().catch(''),
});

/** Why a press of a button on the page changed nothing. */
export type Failed = { refused?: Refused; fault?: string };

/** Sends `/plans/ID`, whatever the plan's state. Throws AppError `not_found`. */
export async function sendPlan(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  { id, failed = {} }: { id: number; failed?: Failed },
): Promise<FastifyReply> {
  const { ledger } = context;
  const plan = await planHere(context, id);
  const query = Query.parse(request.query);
  const [visit, account, inFlight, events, surplus] = await Promise.all([
    visitOf(request, context),
    accountState(ledger, plan.account),
    sendingOrders(ledger, id),
    planEvents(ledger, id, query.events ? EVENTS_PER_PAGE : 20, query.events),
    plan.surplus > 0 ? surplusNumbers(ledger, id, SURPLUS_SHOWN) : [],
  ]);
  const situation = { plan, inFlight, events, surplus, now: visit.now };
  const said = planSaid(saidOf(query.said), situation);
  const happened = eventsCard(plan, events, visit, query.events !== undefined);
  const content = html`${head(plan, visit, inFlight, failed.refused)}
${flash(said)}${failed.fault && plan.state !== 'ready' && note('bad', html`<b>${failed.fault}</b>`)}
${planNotes(situation)}
${plan.state === 'ready' ? html`${await readyPart(context, plan, account, failed)}${happened}` : await startedPart(context, situation, query, happened)}
<p hidden data-sentence="${stateWords(plan)}">${sentence(plan)}</p>`;
  return reply.type('text/html').send(
    layout(visit, {
      title: titleOf(plan),
      section: 'plans',
      account: { name: plan.account, mode: plan.mode },
      live: query.events ? undefined : { events: `/api/plans/${id}/events` },
      content: html`<div class="content" data-shape="${plan.state === 'ready' ? 'ready' : 'started'}">${content}</div>`,
    }),
  );
}

async function planHere(context: WebContext, id: number): Promise<StandingPlan> {
  try {
    return await standingOf(context, await findPlan(context.ledger, id));
  } catch (error) {
    if (!hasCode(error, 'not_found')) throw error;
    // In the words of a page: the ledger's point to a command.
    throw new AppError('not_found', `There is no plan ${id} here.`, { id });
  }
}

function titleOf(plan: PlanDocument): string {
  if (plan.state === 'ready' || plan.endedAt !== null) return plan.name;
  return `${Math.floor((plan.bought / plan.requested) * 100)} % · ${plan.name}`;
}

function head(
  plan: StandingPlan,
  { now, who }: Visit,
  inFlight: number,
  refused: Refused | undefined,
): Html {
  return html`<div class="head">
  <div><p class="crumb"><a href="/">Plans</a></p><h1>${plan.name}</h1>
    <div class="meta"><span data-part="state">${planPill(plan)}</span><span>plan ${plan.id}</span><span>${counted(plan.lines, 'line')}</span><span>${counted(plan.orders, 'order')}</span><span>submitted by ${plan.submittedBy}, ${moment(plan.submittedAt, now)}</span></div></div>
  ${planActions({ plan, inFlight, who, refused })}
</div>`;
}

async function readyPart(
  { ledger }: WebContext,
  plan: PlanDocument,
  account: AccountState,
  { fault }: Failed,
): Promise<Html> {
  const [check, first, extraColumns, same] = await Promise.all([
    findCheck(ledger, plan.id),
    linePage(ledger, plan.id, { filter: 'all', limit: FIRST_LINES }),
    planColumns(ledger, plan.id),
    plansOfSameFile(ledger, plan),
  ]);
  return startPanel({ plan, account, check, firstLines: first.lines, extraColumns, same, fault });
}

/** What has happened comes before the lines, of which fifty are a long way on a phone. */
async function startedPart(
  { ledger }: WebContext,
  { plan, inFlight, now }: Situation,
  { filter, q: search, after, before }: z.infer<typeof Query>,
  happened: Html,
): Promise<Html> {
  const [samples, toggles, page, withheld] = await Promise.all([
    planProgress(ledger, plan.id),
    planPauses(ledger, plan.id),
    linePage(ledger, plan.id, { filter, search, after, before, limit: LINES_PER_PAGE }),
    withheldNumbers(ledger, plan.id),
  ]);
  const isFirst = page.previous === null;
  const course = courseOf(plan, samples, now);
  const pauses = plan.startedAt ? pausesBetween(toggles, plan.startedAt, plan.endedAt ?? now) : [];
  return html`${progressCard({ plan, inFlight, now, course, pauses })}
<div class="cols">
  <section class="card" aria-labelledby="time-h" id="chart">
    <header><h2 id="time-h">Over time</h2><span class="legend small"><span><i class="key bought"></i>bought</span><span><i class="key missing"></i>missing</span><span><i class="key unknown"></i>unknown</span>${pauses.length > 0 && html`<span><i class="key paused"></i>paused</span>`}${plan.rate !== null && plan.endedAt === null && html`<span><i class="key line"></i>pace set</span>`}</span></header>
    <div class="body" data-part="chart">${chart(course, plan.endedAt ? undefined : plan.rate, pauses)}</div>
  </section>
  ${filesCard(plan, sumOf(withheld))}
</div>
${happened}
${linesCard(plan, { filter, search, isFirst, page })}`;
}

function sumOf(byLine: Map<number, number>): number {
  return [...byLine.values()].reduce((sum, n) => sum + n, 0);
}

function eventsCard(
  plan: PlanDocument,
  events: LedgerEvent[],
  visit: Visit,
  isPaged: boolean,
): Html {
  const shown = isPaged ? events : events.slice(0, EVENTS);
  const last = shown.at(-1);
  const isMore = isPaged ? events.length === EVENTS_PER_PAGE : events.length > EVENTS;
  return html`<section class="card" aria-labelledby="ev-h" id="events">
  <header><h2 id="ev-h">${isPaged ? 'Earlier events' : 'Latest events'}</h2>${isPaged && html`<a class="small" href="/plans/${plan.id}#events">Latest events</a>`}</header>
  <div data-part="events">${eventList(shown, visit.now)}${isMore && last && html`<div class="foot"><span></span><a class="btn" href="/plans/${plan.id}?events=${last.id}#events">Earlier events</a></div>`}</div>
</section>`;
}

/** For screen readers, from time to time. */
function sentence(plan: StandingPlan): string {
  const left =
    plan.etaSeconds === null || plan.endedAt ? '' : ` ${timeLeft(plan.etaSeconds)} left.`;
  return `${stateWords(plan)}. ${count(plan.bought)} of ${count(plan.requested)} bought, ${count(missingOf(plan))} missing, ${count(plan.unknown)} unknown.${left}`;
}
