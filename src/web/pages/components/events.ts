import { type LedgerEvent, nameOf, ordinalOf } from '../../../ledger/index.ts';
import { type Html, html } from '../html.ts';
import { count, counted, pace } from './numbers.ts';
import { brief } from './times.ts';
import { sentence, withoutCodes, withTimes } from './told.ts';

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

/** What happened, newest first, one sentence each. */
function eventList(events: LedgerEvent[], now: Date): Html {
  if (events.length === 0) return html`<p class="body muted">Nothing has happened yet.</p>`;
  return html`<ol class="events">${events.map((event) => {
    const needsPerson = event.kind === 'account_paused' && event.who === 'breaker';
    const words = html`${eventSentence(event)}${because(event, now)}`;
    return html`<li${needsPerson && html` class="flag"`} data-key="${String(event.at.getTime())}">
      ${brief(event.at, now)}<span>${words}</span></li>`;
  })}</ol>`;
}

const HAVE_REASON = ['account_paused', 'account_limited', 'plan_limited'];

function because({ kind, why }: LedgerEvent, now: Date): Html | null {
  // The sentence of such an event has its reason already.
  if (!why || HAVE_REASON.includes(kind)) return null;
  return html` <span class="muted">Reason: “${withTimes(why, now)}”.</span>`;
}

export function eventSentence(event: LedgerEvent): Html {
  const { kind, why, orderId, detail } = event;
  const who = nameOf(event);
  switch (kind) {
    case 'plan_submitted':
      return html`Submitted by ${who}.`;
    case 'plan_started':
      return html`Started by ${who}.`;
    case 'plan_paused':
      return html`Paused by ${who}. Nothing new is sent.`;
    case 'plan_resumed':
      return html`Resumed by ${who}.`;
    case 'plan_cancelled':
      return html`Cancelled by ${who}.`;
    case 'plan_retried':
      return html`${who} retried ${counted(Number(detail.orders), 'order')}.`;
    case 'lines_closed':
      return closed(who, detail.line);
    case 'plan_full':
      return html`${sentence(why ?? '')}`;
    case 'order_settled':
      return settled(who, orderId, detail);
    case 'order_unsettled':
      return html`${who} took back the settlement of ${named(orderId)}: it is unknown again.`;
    case 'order_unknown':
      return html`No answer came in time: ${expired(orderId, Number(detail.orders))} unknown.`;
    case 'order_answered_late':
      return html`Late answer: ${named(orderId)} bought
        ${counted(Number(detail.bought), 'number')}.`;
    case 'account_paused':
      return event.who === 'breaker'
        ? html`The account paused itself. ${sentence(withoutCodes(why ?? ''))}`
        : html`Account paused by ${who}. Reason: “${String(detail.reason ?? why ?? '')}”.`;
    case 'account_resumed':
      return html`Account resumed by ${who}.`;
    case 'account_rate':
      return detail.rate === null
        ? html`Pace removed by ${who}: as fast as it goes.`
        : html`Pace set to ${pace(Number(detail.rate))} by ${who}.`;
    case 'account_limits':
      return html`Limits set by ${who}.`;
    case 'plan_limited':
      return html`Paused. ${sentence(why ?? '')}`;
    case 'account_prices':
      return detail.prices === null ? html`Prices removed by ${who}.` : html`Prices set by ${who}.`;
    case 'account_approval':
      return detail.approval === null
        ? html`Nothing waits for another person's yes any more, by ${who}.`
        : html`What waits for another person's yes was set by ${who}.`;
    case 'approval_wanted':
      return html`${who} asked for another person's yes: ${wanted(detail)}.`;
    case 'approval_given':
      return html`${who} said yes: ${wanted(detail)}.`;
    case 'approval_refused':
      return html`${who} said no: ${wanted(detail)}.`;
    case 'queue_paused':
      return html`The queue was paused by ${who}. Nothing new is sent until it is resumed.`;
    case 'queue_resumed':
      return html`The queue was resumed by ${who}.`;
    case 'queue_changed':
      return html`${who} changed the queue on its board: ${String(detail.button)}.`;
    case 'account_limited':
      return html`The account rests. ${sentence(why ?? '')}`;
    default:
      // A kind without words of its own is still shown.
      return html`${kind.replaceAll('_', ' ')}, by ${who}.`;
  }
}

function closed(who: string, line: unknown): Html {
  if (typeof line === 'number')
    return html`${who} closed line ${count(line)}: it is tried no longer.`;
  return html`Closed by ${who}: no line is tried any longer.`;
}

function wanted({ approval, kind, numbers }: Record<string, unknown>): string {
  const what = { retry: 'to retry', settle: 'to settle as nothing' }[String(kind)] ?? 'to start';
  return `${what}, ${counted(Number(numbers), 'number')} (approval ${count(Number(approval))})`;
}

function expired(orderId: number | null, orders: number): string {
  if (orderId !== null) return `${named(orderId)} is`;
  return `${counted(orders, 'order')} ${orders === 1 ? 'is' : 'are'}`;
}

function named(orderId: number | null): string {
  return orderId === null ? 'an order' : `order ${count(ordinalOf(orderId))}`;
}

function settled(who: string, orderId: number | null, detail: Record<string, unknown>): Html {
  const numbers = Array.isArray(detail.numbers) ? detail.numbers.length : 0;
  const order = named(orderId);
  const against = Array.isArray(detail.againstEvidence)
    ? html` That was against the evidence: ${detail.againstEvidence.join(' ')}`
    : null;
  if (detail.state === 'waiting') {
    return html`${who} settled ${order}: it bought nothing, and is sent
      again unless its plan is cancelled.${against}`;
  }
  return html`${who} settled ${order}: it bought ${counted(numbers, 'number')}.${against}`;
}
