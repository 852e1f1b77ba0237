import { firstOf } from '../../../english.ts';
import { type LedgerEvent, nameOf, shownFile } from '../../../ledger/index.ts';
import { isPart } from '../../../name-rule.ts';
import { type Html, html } from '../html.ts';
import { count, counted, pace } from './numbers.ts';
import { pageText, withFullStop, withTimes } from './page-text.ts';
import { brief } from './times.ts';

type Card = {
  title: string;
  events: LedgerEvent[];
  now: Date;
  /** Links to the events after these, and to those before them. */
  later?: Html | false;
  earlier: Html | null;
};

export function eventsCard({ title, events, now, later, earlier }: Card): Html {
  return html`<section class="card" aria-labelledby="ev-h" id="events">
  <header><h2 id="ev-h">${title}</h2>${later}</header>
  <div data-part="events">
    ${eventList(events, now)}
    ${earlier && html`<div class="foot"><span></span>${earlier}</div>`}
  </div>
</section>`;
}

function eventList(events: LedgerEvent[], now: Date): Html {
  if (events.length === 0) return html`<p class="body muted">Nothing has happened yet.</p>`;
  return html`<ol class="events">${events.map((event) => {
    const words = html`${eventSentence(event)}${because(event, now)}`;
    const key = String(event.at.getTime());
    return html`<li${pausedItself(event) && html` class="flag"`} data-key="${key}">
      ${brief(event.at, now)}<span>${words}</span></li>`;
  })}</ol>`;
}

function because(event: LedgerEvent, now: Date): Html | null {
  const { why } = event;
  if (!why || hasOwnReason(event)) return null;
  return html` <span class="muted">Reason: “${withTimes(why, now)}”.</span>`;
}

type Done = LedgerEvent & { name: string };
type Sentence = (event: Done) => Html;

/** What happened, as a sentence. A kind without words of its own is still shown. */
export function eventSentence(event: LedgerEvent): Html {
  const done = { ...event, name: nameOf(event) };
  const say = Object.hasOwn(SENTENCES, event.kind) ? SENTENCES[event.kind] : undefined;
  return say ? say(done) : html`${event.kind.replaceAll('_', ' ')}, by ${done.name}.`;
}

const SENTENCES: Record<string, Sentence> = {
  plan_submitted: ({ name }) => html`Submitted by ${name}.`,
  plan_started: ({ name }) => html`Started by ${name}.`,
  plan_paused: ({ name, who }) => {
    const paused = isPart(who) ? 'The plan paused itself' : `Paused by ${name}`;
    return html`${paused}. Nothing new is sent.`;
  },
  plan_resumed: ({ name }) => html`Resumed by ${name}.`,
  plan_cancelled: ({ name }) => html`Cancelled by ${name}.`,
  plan_retried: ({ name, detail }) =>
    html`${name} retried ${counted(Number(detail.orders), 'order')}.${against(detail)}`,
  plan_limited: ({ why }) => html`Paused. ${reason(why)}`,
  plan_full: ({ why }) => html`${reason(why)}`,
  lines_closed: ({ name, detail: { line } }) =>
    typeof line === 'number'
      ? html`${name} closed line ${count(line)}: it is not tried again.`
      : html`Closed by ${name}: no line is tried again.`,
  order_settled: settled,
  order_unsettled: ({ name, who, orderId }) => {
    const by = isPart(who) ? "The vendor's list" : name;
    return html`${by} took back the settlement of ${named(orderId)}: it is unknown again.`;
  },
  order_unknown: ({ orderId, detail }) =>
    html`No answer came in time: ${expired(orderId, Number(detail.orders))} unknown.`,
  order_answered_late: ({ orderId, detail: { named: surplus, bought } }) =>
    surplus === undefined
      ? html`Late answer: ${named(orderId)} bought ${counted(Number(bought), 'number')}.`
      : html`Late answer: the vendor named ${counted(Number(surplus), 'number')} for
        ${named(orderId)}, which was settled or sent again before.`,
  account_paused: ({ name, why, detail, ...event }) =>
    pausedItself(event)
      ? html`The account paused itself. ${reason(why)}`
      : html`Account paused by ${name}. Reason: “${String(detail.reason ?? why ?? '')}”.`,
  account_resumed: ({ name }) => html`Account resumed by ${name}.`,
  account_limited: ({ why }) => html`The account rests. ${reason(why)}`,
  account_rate: ({ name, detail: { rate } }) =>
    rate === null
      ? html`Pace removed by ${name}: as fast as possible.`
      : html`Pace set to ${pace(Number(rate))} by ${name}.`,
  account_limits: ({ name }) => html`Limits set by ${name}.`,
  account_prices: ({ name, detail }) =>
    html`Prices ${detail.prices === null ? 'removed' : 'set'} by ${name}.`,
  account_approval: ({ name, detail }) =>
    html`Approval threshold ${detail.approval === null ? 'removed' : 'set'} by ${name}.`,
  numbers_foreign: ({ name, detail }) =>
    html`${name} said that ${numbersOf(detail)} bought outside this program.${against(detail)}`,
  numbers_not_foreign: ({ name, detail }) =>
    html`${name} took back that ${numbersOf(detail)} bought outside this program.`,
  lost_plan_dismissed: ({ name, detail }) =>
    html`${name} dismissed a lost plan, of file
        ${shownFile(String(detail.file))}….${against(detail)}`,
  queue_paused: ({ name }) =>
    html`The queue was paused by ${name}. Nothing new is sent until it is resumed.`,
  queue_resumed: ({ name }) => html`The queue was resumed by ${name}.`,
  queue_changed: ({ name, detail }) =>
    html`${name} changed the queue on its board: ${String(detail.button)}.`,
  approval_wanted: ({ name, detail }) =>
    html`${name} asked for another person's approval: ${wanted(detail)}.`,
  approval_given: ({ name, detail }) => html`${name} approved: ${wanted(detail)}.`,
  approval_refused: ({ name, detail }) => html`${name} refused: ${wanted(detail)}.`,
};

const NUMBERS_NAMED = 5;

/** Kinds whose sentence has the event's reason in it. */
const HAVE_REASON = ['account_paused', 'account_limited', 'plan_limited', 'plan_full'];

const hasOwnReason = ({ kind }: LedgerEvent): boolean => HAVE_REASON.includes(kind);

/** Whether the program paused an account by itself, so that a person must look. */
const pausedItself = ({ kind, who }: Pick<LedgerEvent, 'kind' | 'who'>): boolean =>
  kind === 'account_paused' && (who === 'breaker' || who === 'witness');

const reason = (why: string | null) => withFullStop(pageText(why ?? ''));

function wanted({ approval, kind, numbers }: Record<string, unknown>): string {
  const what = { retry: 'to retry', settle: 'to settle as nothing' }[String(kind)] ?? 'to start';
  return `${what}, ${counted(Number(numbers), 'number')} (approval ${count(Number(approval))})`;
}

function expired(orderId: number | null, orders: number): string {
  if (orderId !== null) return `${named(orderId)} is`;
  return `${counted(orders, 'order')} ${orders === 1 ? 'is' : 'are'}`;
}

function named(orderId: number | null): string {
  return orderId === null ? 'an order' : `order ${orderId}`;
}

function settled({ name, orderId, detail }: Done): Html {
  const numbers = Array.isArray(detail.numbers) ? detail.numbers.length : 0;
  const order = named(orderId);
  if (detail.state === 'waiting') {
    return html`${name} settled ${order}: it bought nothing, and is sent
      again unless its plan is cancelled.${against(detail)}`;
  }
  return html`${name} settled ${order}: it bought ${counted(numbers, 'number')}.${against(detail)}`;
}

function against({ againstEvidence }: Record<string, unknown>): Html | null {
  if (!Array.isArray(againstEvidence)) return null;
  return html` That was against the evidence: ${pageText(againstEvidence.join(' '))}`;
}

function numbersOf({ numbers }: Record<string, unknown>): string {
  const named = Array.isArray(numbers) ? numbers : [];
  return `${firstOf(named, NUMBERS_NAMED)} ${named.length === 1 ? 'was' : 'were'}`;
}
