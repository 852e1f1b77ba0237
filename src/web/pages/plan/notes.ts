import { withFullStop } from '../../../english.ts';
import {
  isBetweenTries,
  type LedgerEvent,
  nameOf,
  type PlanDocument,
  type StandingLines,
  type SurplusNumber,
} from '../../../ledger/index.ts';
import { isPart } from '../../../name-rule.ts';
import type { ObservedPlan } from '../../../obstacles/index.ts';
import { note, unknownNote } from '../components/note.ts';
import { count, counted, onTheirWay, phone } from '../components/numbers.ts';
import { obstacleNote } from '../components/obstacles.ts';
import { pageText } from '../components/page-text.ts';
import { exact, moment } from '../components/times.ts';
import { type Html, html } from '../html.ts';

export type Situation = {
  plan: ObservedPlan;
  /** The account is paused: to resume the plan is not enough. */
  isAccountPaused: boolean;
  inFlight: number;
  events: LedgerEvent[];
  surplus: SurplusNumber[];
  now: Date;
};

/** What a person should know about the plan: what needs them first, then what stops it. */
export function planNotes(situation: Situation): Html {
  const notes = [doesNotAddUp, surplusNote, unknown, standstill].map((each) => each(situation));
  return html`<div class="stack notices" data-part="notices">${notes}</div>`;
}

function doesNotAddUp({ plan }: Situation): Html | null {
  if (plan.pending >= 0 && plan.pendingOrders >= 0) return null;
  return note(
    'bad',
    html`<b>The counts of this plan do not add up.</b> Nothing is lost, but stop here and ask an
      operator of this program to run <code>bulk-order audit ${plan.id}</code>.`,
  );
}

/** Numbers that were paid for but not asked for, with the orders that the vendor named them for. */
function surplusNote({ plan, surplus }: Situation): Html | null {
  if (plan.surplus === 0) return null;
  const [them, are] = plan.surplus === 1 ? ['it', 'It is'] : ['them', 'They are'];
  const byOrder = Map.groupBy(surplus, ({ order }) => order);
  const named = [...byOrder].map(([order, numbers]) => {
    const those = numbers.map(({ number }) => phone(number)).join(', ');
    return `For order ${order}: ${those}.`;
  });
  const more = plan.surplus - surplus.length;
  return note(
    'bad',
    html`<b>Surplus: ${counted(plan.surplus, 'number')}.</b>
      The vendor named ${them} for orders that do not have ${them}. ${are} paid for, and not counted
      as bought. ${named.join(' ')}${more > 0 && ` And ${counted(more, 'more number')}.`}`,
    html`<a class="btn" href="/api/plans/${plan.id}/surplus.csv"
      download="plan-${plan.id}-surplus.csv">surplus.csv</a>`,
  );
}

const unknown = ({ plan: { id, state, unknownOrders, unknown } }: Situation) =>
  unknownNote({
    ...{ orders: unknownOrders, numbers: unknown, href: `/unknown?plan=${id}` },
    isCancelled: state === 'cancelled',
  });

/** The first reason why nothing new is sent. For a cancelled plan, what delays its end. */
function standstill({ plan, isAccountPaused, inFlight, events, now }: Situation): Html | null {
  const too = isAccountPaused && ` Account ${plan.account} is paused, too.`;
  if (plan.state === 'paused')
    return note('warn', html`${paused(plan, inFlight, events, now)}${too}`);
  if (plan.standing && isBetweenTries(plan)) return note('plain', standing(plan.standing, now));
  const obstacle = obstacleNote(plan.account, plan.obstacles, now);
  if (plan.state !== 'cancelled') return obstacle;
  return html`${note('plain', cancelled(plan, inFlight, events, now))}${obstacle}`;
}

function paused(plan: PlanDocument, inFlight: number, events: LedgerEvent[], now: Date): Html {
  const rest = inFlight > 0 && ` ${onTheirWay(inFlight)} may still finish.`;
  if (plan.heldUntil) {
    return html`<b>Paused by a limit.</b> ${withFullStop(pageText(plan.reason ?? ''))}${rest}`;
  }
  return html`<b>Paused${byWhom(events, 'plan_paused', now)}.</b>${reasonOf(plan)}
    Nothing new is sent.${rest}`;
}

function standing({ lines, nextAt, until }: StandingLines, now: Date): Html {
  const [wait, their, they, are] =
    lines === 1 ? ['waits', 'its', 'It', 'is'] : ['wait', 'their', 'They', 'are'];
  const next = nextAt && html`, ${exact(nextAt, now)}`;
  return html`<b>${counted(lines, 'line')} ${wait} for ${their} next try${next}.</b>
    ${they} ${are} tried again until ${moment(until, now)}.`;
}

function cancelled(plan: PlanDocument, inFlight: number, events: LedgerEvent[], now: Date): Html {
  const will = plan.cancelled + plan.pending;
  const waiting = plan.pendingOrders - inFlight;
  const left =
    waiting > 0 &&
    ` ${counted(waiting, 'order')} of ${count(plan.orders + plan.successors)} are still being
      cancelled. Nothing new is sent meanwhile.`;
  const most = inFlight > 0 && `${onTheirWay(inFlight)} may still finish. Up to `;
  const word = plan.isCancelling ? 'Being cancelled' : 'Cancelled';
  return html`<b>${word}${byWhom(events, 'plan_cancelled', now)}.</b>${reasonOf(plan)}
    ${most}${counted(will, 'number')} will not be bought;
    ${count(plan.bought)} bought stay bought.${left}`;
}

function reasonOf({ reason }: PlanDocument): Html | null {
  return reason ? html` Reason: “${reason}”.` : null;
}

/** ` by Ada, today 14:07:31`; null when the event is not among the latest. */
function byWhom(events: LedgerEvent[], kind: string, now: Date): Html | null {
  const event = events.find((each) => each.kind === kind);
  if (!event) return null;
  // The plan paused itself.
  const by = isPart(event.who) ? null : html` by ${nameOf(event)}`;
  return html`${by}, ${exact(event.at, now)}`;
}

/** Names what the last press of a button did. */
export type Said =
  | ('started' | 'started-before' | 'resumed' | 'retried' | 'closed')
  /** The notes of the page say these. */
  | ('paused' | 'cancelled');

/** What the last press of a button did, from the plan's events; null when the notes say it. */
export function planSaid(text: string, { plan, events, now }: Situation): Html | null {
  switch (text) {
    case 'started': {
      const goesOn = plan.isMoving && ' You can close this page: the workers continue.';
      return html`<b>Started.</b>
        ${counted(plan.requested, 'number')}, on account ${plan.account}.${goesOn}`;
    }
    case 'started-before':
      return html`This plan was started${byWhom(events, 'plan_started', now)}.
        It was not started twice.`;
    case 'resumed':
      return html`<b>Resumed${byWhom(events, 'plan_resumed', now)}.</b>`;
    case 'retried': {
      const retried = events.find(({ kind }) => kind === 'plan_retried');
      const orders = Number(retried?.detail.orders ?? 0);
      return orders === 0
        ? html`There was nothing left to retry.`
        : html`<b>${counted(orders, 'order')} will be sent again${
            plan.state === 'paused' && ' once the plan is resumed'
          }.</b>
            Unknown orders are not among them.`;
    }
    case 'closed':
      return html`<b>Closed${byWhom(events, 'lines_closed', now)}.</b>
        What is lacking stays missing.`;
    default:
      return null;
  }
}
