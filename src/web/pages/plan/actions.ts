import type { PlanDocument } from '../../../ledger/index.ts';
import { act, type Refused } from '../components/act.ts';
import { count, counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

type Steering = {
  plan: PlanDocument;
  inFlight: number;
  who: string;
  refused: Refused | undefined;
};

/** What can be done with the plan in the state it is in, the advised one loudest. */
export function planActions({ plan, inFlight, who, refused }: Steering): Html {
  const form = (move: string) => ({ id: move, to: `/plans/${plan.id}/${move}`, who, refused });
  const isOpen = plan.state === 'ready' || plan.state === 'running' || plan.state === 'paused';
  return html`<div class="row" id="actions" data-part="actions">
  ${
    plan.state === 'running' &&
    act({
      ...form('pause'),
      opens: 'Pause…',
      says: html`${onTheirWay(inFlight)} Nothing new is sent.`,
      reason: { label: 'Reason', hint: 'Shown to everyone here' },
      button: 'Pause this plan',
      tone: 'primary',
    })
  }${
    plan.state === 'paused' &&
    act({
      ...form('resume'),
      opens: 'Resume…',
      says: html`${counted(plan.pending, 'number')} in ${counted(plan.pendingOrders, 'order')} still to buy.`,
      reason: null,
      button: 'Resume this plan',
      tone: 'primary',
    })
  }${retry(plan, form('retry'))}${
    isOpen &&
    act({
      ...form('cancel'),
      opens: 'Cancel…',
      says: html`${counted(plan.pending, 'number')} will not be bought.${plan.bought > 0 && ` The ${count(plan.bought)} already bought stay bought.`} This cannot be undone.`,
      reason: { label: 'Reason', hint: 'Shown to everyone here' },
      button: plan.state === 'ready' ? 'Cancel this plan' : 'Cancel the rest of this plan',
      tone: 'danger',
    })
  }
</div>`;
}

function onTheirWay(inFlight: number): string {
  if (inFlight === 0) return 'No order is on its way.';
  return `${counted(inFlight, 'order')} already on ${inFlight === 1 ? 'its' : 'their'} way will finish.`;
}

/** What is refused or was never sent bought nothing, for sure; what is unknown is never retried. */
function retry(
  plan: PlanDocument,
  form: { id: string; to: string; who: string; refused: Refused | undefined },
): Html | null {
  const n = plan.refused + plan.undelivered;
  if (n === 0 || plan.state === 'cancelled' || plan.state === 'ready') return null;
  return act({
    ...form,
    opens: `Retry ${counted(n, 'number')}…`,
    says: html`${counted(n, 'number')} that the vendor refused or that we could not send: their orders are sent again. Unknown orders are never retried.`,
    reason: null,
    button: 'Send these orders again',
    tone: 'primary',
  });
}
