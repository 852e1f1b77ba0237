import type { LedgerEvent, PlanDocument, SurplusNumber } from '../../../ledger/index.ts';
import type { StandingPlan } from '../../../obstacles/index.ts';
import { note } from '../components/note.ts';
import { count, counted, ordinal, phone } from '../components/numbers.ts';
import { obstacleNote } from '../components/obstacles.ts';
import { exact } from '../components/times.ts';
import { type Html, html } from '../html.ts';

export type Situation = {
  plan: StandingPlan;
  inFlight: number;
  /** The latest, newest first. */
  events: LedgerEvent[];
  /** The first of it. */
  surplus: SurplusNumber[];
  now: Date;
};

/** What a person should know of the plan: what is unknown first, then what keeps it from going on. */
export function planNotes(situation: Situation): Html {
  return html`<div class="stack notices" data-part="notices">${doesNotAddUp(situation)}${surplusNote(situation)}${unknown(situation)}${standstill(situation)}</div>`;
}

function doesNotAddUp({ plan }: Situation): Html | null {
  if (plan.pending >= 0 && plan.pendingOrders >= 0) return null;
  return note(
    'bad',
    html`<b>The counts of this plan do not add up.</b> Nothing is lost, but stop and tell whoever runs this program: run <code>bulk-order audit ${plan.id}</code>.`,
  );
}

/** What was paid for and nobody asked for: with the orders that the vendor named it for. */
function surplusNote({ plan, surplus }: Situation): Html | null {
  if (plan.surplus === 0) return null;
  const byOrder = Map.groupBy(surplus, ({ order }) => order);
  const named = [...byOrder].map(([order, numbers]) => {
    const those = numbers.map(({ number }) => phone(number)).join(', ');
    return `For order ${count(ordinal(order))}: ${those}.`;
  });
  const more = plan.surplus - surplus.length;
  return note(
    'bad',
    html`<b>Surplus: ${counted(plan.surplus, 'number')}.</b> The vendor named ${plan.surplus === 1 ? 'it' : 'them'}, and no order has ${plan.surplus === 1 ? 'it' : 'them'}: paid for, and not counted as bought. ${named.join(' ')}${more > 0 && ` And ${counted(more, 'number')} more.`}`,
    html`<a class="btn" href="/api/plans/${plan.id}/surplus.csv" download="plan-${plan.id}-surplus.csv">surplus.csv</a>`,
  );
}

function unknown({ plan }: Situation): Html | null {
  const n = plan.unknownOrders;
  if (n === 0) return null;
  const says =
    n === 1
      ? html`<b>1 order, ${counted(plan.unknown, 'number')}: outcome unknown.</b> We sent this order and got no clear answer. It may have bought numbers. It will not be sent again until someone settles it.`
      : html`<b>${count(n)} orders, ${counted(plan.unknown, 'number')}: outcome unknown.</b> We sent them and got no clear answer. They may have bought numbers. They will not be sent again until someone settles them.`;
  const action = html`<a class="btn" href="/unknown?plan=${plan.id}">Settle ${counted(n, 'order')}</a>`;
  return note('warn hatched', says, action);
}

/** Why nothing, or nothing new, is sent; the first that holds. */
function standstill({ plan, inFlight, events, now }: Situation): Html | null {
  if (plan.state === 'paused') return note('warn', paused(plan, inFlight, events, now));
  if (plan.state === 'cancelled') return note('plain', cancelled(plan, inFlight, events, now));
  return obstacleNote(plan.account, plan.obstacles, now);
}

function paused(plan: PlanDocument, inFlight: number, events: LedgerEvent[], now: Date): Html {
  const reason = plan.reason && html` Reason: “${plan.reason}”.`;
  const rest =
    inFlight > 0 &&
    ` ${counted(inFlight, 'order')} on ${inFlight === 1 ? 'its' : 'their'} way may still finish.`;
  return html`<b>Paused${byWhom(events, 'plan_paused', now)}.</b>${reason} Nothing new is sent.${rest}`;
}

function cancelled(plan: PlanDocument, inFlight: number, events: LedgerEvent[], now: Date): Html {
  const reason = plan.reason && html` Reason: “${plan.reason}”.`;
  const will = plan.cancelled + plan.pending;
  const left =
    plan.pendingOrders > inFlight &&
    ` ${counted(plan.pendingOrders - inFlight, 'order')} of ${count(plan.orders)} are still being taken back; nothing new is sent meanwhile.`;
  return html`<b>Cancelled${byWhom(events, 'plan_cancelled', now)}.</b>${reason} ${counted(will, 'number')} will not be bought; ${count(plan.bought)} bought stay bought.${left}`;
}

/** ` by Ada, today 14:07:31`; nothing when that is not among the latest events. */
function byWhom(events: LedgerEvent[], kind: string, now: Date): Html | null {
  const event = events.find((each) => each.kind === kind);
  return event ? html` by ${event.who}, ${exact(event.at, now)}` : null;
}

const SAID = ['started', 'started-before', 'resumed', 'cancelled', 'paused', 'retried'] as const;
export type Said = (typeof SAID)[number];

export function saidOf(text: string): Said | undefined {
  return SAID.find((each) => each === text);
}

/** What the press of a button has done, told from what the ledger noted. */
export function planSaid(said: Said | undefined, { plan, events, now }: Situation): Html | null {
  const last = (kind: string) => events.find((event) => event.kind === kind);
  switch (said) {
    case 'started':
      return html`<b>Started.</b> ${counted(plan.requested, 'number')}, on account ${plan.account}.${plan.isMoving && ' You can close this page: workers go on.'}`;
    case 'started-before':
      return html`This plan was started${byWhom(events, 'plan_started', now)}. It was not started twice.`;
    case 'resumed':
      return html`<b>Resumed${byWhom(events, 'plan_resumed', now)}.</b>`;
    // Its note says it, and by whom.
    case 'paused':
    case 'cancelled':
      return null;
    case 'retried': {
      const orders = Number(last('plan_retried')?.detail.orders ?? 0);
      return orders === 0
        ? html`There was nothing left to retry.`
        : html`<b>${counted(orders, 'order')} will be sent again.</b> Unknown orders are not among them.`;
    }
    case undefined:
      return null;
  }
}
