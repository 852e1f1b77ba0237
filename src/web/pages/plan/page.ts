import type { FastifyReply } from 'fastify';
import { AppError, hasCode } from '../../../errors.ts';
import {
  type AccountState,
  type Approval,
  accountState,
  approvalsOfPlan,
  findCheck,
  findPlan,
  linePage,
  missingOf,
  orderWords,
  type PlanDocument,
  planColumns,
  planEvents,
  plannedCost,
  plansOfSameFile,
  sendingOrders,
  shownOfPlan,
  stockMet,
  surplusNumbers,
} from '../../../ledger/index.ts';
import { type ObservedPlan, observe } from '../../../obstacles/index.ts';
import { whatLimits } from '../../../operations/index.ts';
import { whoIs } from '../../../people/index.ts';
import { type Shown, seenOf, shortHash } from '../../../seen.ts';
import type { WebContext } from '../../context.ts';
import { personOf } from '../../security/sign-in.ts';
import { type Asked, sendPage } from '../asked.ts';
import type { RefusedForm } from '../components/act.ts';
import { approvalCard, approvalNote } from '../components/approval.ts';
import { eventsCard } from '../components/events.ts';
import { flash, note } from '../components/note.ts';
import { count, counted } from '../components/numbers.ts';
import { planPill, stateWords } from '../components/pill.ts';
import { moment, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { visitOf } from '../visit.ts';
import { planActions } from './actions.ts';
import { planNotes, type Situation } from './notes.ts';
import { Query } from './query.ts';
import { planSaid } from './said.ts';
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
  const { request, context } = asked;
  const { ledger } = context;
  const plan = await planHere(context, id);
  const query = Query.parse(request.query);
  const isPaged = query.events !== undefined;
  const [visit, account, inFlight, events, surplus, approvals, shown] = await Promise.all([
    visitOf(asked),
    accountState(ledger, plan.account),
    sendingOrders(ledger, id),
    planEvents(ledger, id, isPaged ? EVENTS_PER_PAGE : EVENTS_READ, query.events),
    plan.surplus > 0 ? surplusNumbers(ledger, id, SURPLUS_SHOWN) : [],
    approvalsOfPlan(ledger, id),
    shownOfPlan(ledger, plan),
  ]);
  const seen = seenOf(shown);
  const situation = { plan, inFlight, events, surplus, now: visit.now };
  const happened = planEventsCard(situation, isPaged);
  const isReady = plan.state === 'ready';
  const who = whoIs(personOf(request));
  const ready = { seen, fault: failed.fault, mayStart: visit.may.submit, who };
  const main = isReady
    ? html`${await readyPart(context, plan, account, ready)}${happened}`
    : await startedPart(context, situation, query, happened);
  const content = html`${head(situation, visit, { shown, refused: failed.refused })}
${flash(planSaid(query.said, situation))}
${failed.fault && !isReady && note('bad', html`<b>${failed.fault}</b>`)}
${planNotes(situation)}
${approvalsPart(approvals, visit)}
${main}
<p hidden data-sentence="${stateWords(plan)}">${spokenSums(plan)}</p>`;
  // A page that is open leaves the place to another plan, and a ready plan also to other terms.
  const { plan: which, pace } = shown;
  const terms = isReady ? { pace, prices: account.prices?.hash } : 'started';
  const shape = `${isReady ? 'ready' : 'started'} ${shortHash([which, terms])}`;
  const page = layout(visit, {
    title: titleOf(plan),
    section: 'plans',
    account: { name: plan.account, mode: plan.mode },
    live: isPaged ? undefined : { events: `/api/plans/${id}/events` },
    content: html`<div class="content" data-shape="${shape}">${content}</div>`,
  });
  return sendPage(asked, page);
}

/** The questions that wait for an approval, and what became of the newest one. */
function approvalsPart(approvals: Approval[], { reader }: Visit): Html {
  const waiting = approvals.filter(({ state }) => state === 'waiting');
  const latest = approvals[0] && approvalNote(approvals[0], reader.now);
  return html`<div class="stack" data-part="approvals">
    ${waiting.map((each) => approvalCard(each, reader, undefined))}${latest}</div>`;
}

async function planHere(context: WebContext, id: number): Promise<ObservedPlan> {
  try {
    return await observe(context, await findPlan(context.ledger, id));
  } catch (error) {
    if (!hasCode(error, 'not_found')) throw error;
    // The ledger's own message names a command.
    throw new AppError('not_found', `There is no plan ${id} here.`, { id });
  }
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
  plan: PlanDocument,
  account: AccountState,
  { who, ...press }: { seen: string; fault: string | undefined; mayStart: boolean; who: string },
): Promise<Html> {
  const [check, first, extraColumns, same] = await Promise.all([
    findCheck(ledger, plan.id),
    linePage(ledger, plan.id, { filter: 'all', limit: FIRST_LINES }),
    planColumns(ledger, plan.id),
    plansOfSameFile(ledger, plan),
  ]);
  const codes = check.areaCodes.map(({ areaCode }) => areaCode);
  const stock = await stockMet(ledger, codes, account.id);
  const firstLines = first.lines;
  const mayCost = plannedCost(account.prices, check, stock);
  return startPanel({
    plan,
    account,
    check,
    stock,
    mayCost,
    limits: whatLimits({ numbers: plan.requested, mayCost }, account, who),
    firstLines,
    extraColumns,
    same,
    ...press,
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
