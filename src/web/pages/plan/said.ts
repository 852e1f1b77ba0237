import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { byWhom, type Situation } from './notes.ts';

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
