import type { FastifyReply } from 'fastify';
import {
  type Approval,
  accountState,
  approvalsOfPlan,
  findCheck,
  findPlan,
  isStartAsked,
  linePage,
  missingOf,
  orderWords,
  type PlanDocument,
  planColumns,
  planEvents,
  plannedCost,
  plansOfSameFile,
  shownOfPlan,
  stockMet,
  surplusNumbers,
  whyNever,
} from '../../../ledger/index.ts';
import { type ObservedPlan, observe } from '../../../obstacles/index.ts';
import { whatLimits } from '../../../operations/index.ts';
import { type Shown, seenOf, shortHash } from '../../../seen.ts';
import type { Asked, WebContext } from '../../context.ts';
import type { RefusedForm } from '../components/act.ts';
import { approvalCard, approvalNote } from '../components/approval.ts';
import { eventsCard } from '../components/events.ts';
import { flash, note } from '../components/note.ts';
import { count, counted } from '../components/numbers.ts';
import { planPill, stateWords } from '../components/obstacles.ts';
import { moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { sendPage } from '../page-routes.ts';
import { visitOf } from '../visit.ts';
import { planActions } from './actions.ts';
import { Query } from './lines.ts';
import { planNotes, planSaid, type Situation } from './notes.ts';
import { startPanel } from './start.ts';
import { startedPart } from './started.ts';

const FIRST_LINES = 6;
const EVENTS = 6;
/** More than are shown: among them are who paused or cancelled the plan, and what a press did. */
const EVENTS_READ = 20;
const EVENTS_PER_PAGE = 50;
const SURPLUS_SHOWN = 50;

/** Why a press of a button on the page changed nothing. */
export type Failed = { refused?: RefusedForm; fault?: string };

/** Sends `/plans/ID`, whatever the plan's state. Throws AppError `not_found`. */
export async function sendPlan(
  asked: Asked,
  id: number,
  failed: Failed = {},
): Promise<FastifyReply> {
  const read = await readPlan(asked, id);
  const { visit, situation, query, approvals, shown, isPaged } = read;
  const { plan } = situation;
  const { refused, fault } = failed;
  const content = html`${head(situation, visit, { shown, refused })}
${flash(planSaid(query.said, situation))}
${fault && plan.state !== 'ready' && note('bad', html`<b>${fault}</b>`)}
${planNotes(situation)}
${approvalsPart(approvals, visit)}
${await mainPart(asked.context, read, fault)}
<p hidden data-sentence="${stateWords(plan)}">${spokenSums(plan)}</p>`;
  const page = layout(visit, {
    title: titleOf(plan),
    section: 'plans',
    account: { name: plan.account, mode: plan.mode },
    live: isPaged ? undefined : { events: `/api/plans/${id}/events` },
    content: html`<div class="content" data-shape="${shapeOf(read)}">${content}</div>`,
  });
  return sendPage(asked, page);
}

type PlanRead = Awaited<ReturnType<typeof readPlan>>;

async function readPlan(asked: Asked, id: number) {
  const { ledger } = asked.context;
  const plan = await observe(asked.context, await findPlan(ledger, id));
  const query = Query.parse(asked.request.query);
  const isPaged = query.events !== undefined;
  const [visit, account, events, surplus, approvals, isAsked, shown] = await Promise.all([
    visitOf(asked),
    accountState(ledger, plan.account),
    planEvents(ledger, id, isPaged ? EVENTS_PER_PAGE : EVENTS_READ, query.events),
    plan.surplus > 0 ? surplusNumbers(ledger, id, SURPLUS_SHOWN) : [],
    approvalsOfPlan(ledger, id),
    plan.state === 'ready' && isStartAsked(ledger, plan),
    shownOfPlan(ledger, plan),
  ]);
  const isAccountPaused = account.pausedReason !== null;
  const inFlight = plan.sendingOrders;
  const situation = { plan, isAccountPaused, inFlight, events, surplus, now: visit.now };
  return { visit, query, isPaged, account, situation, approvals, isAsked, shown };
}

async function mainPart(context: WebContext, read: PlanRead, fault: string | undefined) {
  const { situation, query, isPaged } = read;
  const happened = planEventsCard(situation, isPaged);
  if (situation.plan.state !== 'ready') return startedPart(context, situation, query, happened);
  return html`${await readyPart(context, read, fault)}${happened}`;
}

/** A page that is open leaves the place to another plan, and a ready plan also to other terms. */
function shapeOf({ situation: { plan }, account, shown, isAsked }: PlanRead): string {
  const { plan: which, pace } = shown;
  const isReady = plan.state === 'ready';
  const terms = { pace, prices: account.prices?.hash, isAsked };
  return `${isReady ? 'ready' : 'started'} ${shortHash([which, isReady && terms])}`;
}

function approvalsPart(approvals: Approval[], visit: Visit): Html {
  const waiting = approvals.filter(({ state }) => state === 'waiting');
  const latest = approvals[0] && approvalNote(approvals[0], visit.now);
  return html`<div class="stack" data-part="approvals">
    ${waiting.map((each) => approvalCard(each, visit))}${latest}</div>`;
}

function titleOf(plan: PlanDocument): string {
  if (plan.state === 'ready' || plan.endedAt !== null) return plan.name;
  return `${Math.floor((plan.bought / plan.requested) * 100)} % · ${plan.name}`;
}

function head(
  { plan, inFlight, now }: Situation,
  { who, may }: Visit,
  form: { shown: Shown; refused: RefusedForm | undefined },
): Html {
  return html`<div class="head">
  <div><p class="crumb"><a href="/">Plans</a></p><h1>${plan.name}</h1>
    <div class="meta">
      <span data-part="state">${planPill(plan)}</span><span>plan ${plan.id}</span>
      <span>${counted(plan.lines, 'line')}</span><span data-part="orders">${orderWords(plan)}</span>
      <span>submitted by ${plan.submittedBy}, ${moment(plan.submittedAt, now)}</span>
    </div></div>
  ${may.submit && planActions({ plan, inFlight, who, ...form })}
</div>`;
}

async function readyPart(
  { ledger }: WebContext,
  { visit, situation: { plan }, account, shown, isAsked }: PlanRead,
  fault: string | undefined,
): Promise<Html> {
  const [check, first, extraColumns, same] = await Promise.all([
    findCheck(ledger, plan.id),
    linePage(ledger, plan.id, { filter: 'all', limit: FIRST_LINES }),
    planColumns(ledger, plan.id),
    plansOfSameFile(ledger, plan),
  ]);
  const codes = check.areaCodes.map(({ areaCode }) => areaCode);
  const stock = await stockMet(ledger, codes, account.id);
  const mayCost = plannedCost(account.prices, check, stock);
  const asked = { numbers: plan.requested, mayCost };
  return startPanel({
    ...{ plan, account, check, stock, mayCost, extraColumns, same, fault },
    limits: whatLimits(asked, account, visit.reader.name),
    never: whyNever(asked, account, visit.reader.name),
    firstLines: first.lines,
    seen: seenOf(shown),
    mayStart: visit.may.submit,
    isAsked,
  });
}

function planEventsCard({ plan, events, now }: Situation, isPaged: boolean): Html {
  const shown = isPaged ? events : events.slice(0, EVENTS);
  const last = shown.at(-1);
  const isMore = isPaged ? events.length === EVENTS_PER_PAGE : events.length > EVENTS;
  const url = `/plans/${plan.id}`;
  return eventsCard({
    title: isPaged ? 'Earlier events' : 'Latest events',
    events: shown,
    now,
    later: isPaged && html`<a class="small" href="${url}#events">Latest events</a>`,
    earlier:
      isMore && last
        ? html`<a class="btn" href="${url}?events=${last.id}#events">Earlier events</a>`
        : null,
  });
}

/** Screen readers say it now and then. */
function spokenSums(plan: ObservedPlan): string {
  const counts = [
    `${count(plan.bought)} of ${count(plan.requested)} bought`,
    ...(plan.substituted > 0 ? [`${count(plan.substituted)} of them substituted`] : []),
    `${count(missingOf(plan))} missing`,
    `${count(plan.unknown)} unknown`,
  ];
  const left =
    plan.etaSeconds === null || plan.endedAt ? '' : ` ${timeLeft(plan.etaSeconds)} left.`;
  return `${stateWords(plan)}. ${counts.join(', ')}.${left}`;
}
