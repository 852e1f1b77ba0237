import { isPlaced, type PlanDocument } from '../../../ledger/index.ts';
import { type ActionForm, act, REASON, type RefusedForm } from '../components/act.ts';
import { count, counted, onTheirWay } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

type Steering = {
  plan: PlanDocument;
  inFlight: number;
  who: string | null;
  /** Names what the page shows. */
  seen: string;
  refused: RefusedForm | undefined;
};

/** What all buttons of the plan share, and what names one of them. */
type Form = Pick<ActionForm, 'id' | 'to' | 'who' | 'hidden' | 'refused'>;

/** What a person can do with the plan in its state. */
export function planActions({ plan, inFlight, who, seen, refused }: Steering): Html {
  const form = (move: string) => {
    const to = `/plans/${plan.id}/${move}`;
    return { id: move, to, who, hidden: { seen }, refused };
  };
  const isOpen = plan.state !== 'finished' && plan.state !== 'cancelled';
  const actions = [
    isPlaced(plan) && pause(inFlight, form('pause')),
    plan.state === 'paused' && resume(plan, form('resume')),
    retry(plan, form('retry')),
    isOpen && close(plan, form('close')),
    isOpen && cancel(plan, form('cancel')),
  ];
  return html`<div class="row" id="actions" data-part="actions">${actions}</div>`;
}

function pause(inFlight: number, form: Form): Html {
  const rest =
    inFlight === 0 ? 'No order is on its way.' : `${onTheirWay(inFlight)} will still finish.`;
  return act({
    ...form,
    opens: 'Pause…',
    says: html`Nothing new is sent. ${rest}`,
    reason: REASON,
    button: 'Pause this plan',
  });
}

function resume({ pending, pendingOrders }: PlanDocument, form: Form): Html {
  return act({
    ...form,
    opens: 'Resume…',
    says: html`${counted(pending, 'number')} in ${counted(pendingOrders, 'order')} still to buy.`,
    button: 'Resume this plan',
  });
}

/** What was refused or never sent bought nothing, for certain. What is unknown is never retried. */
function retry(plan: PlanDocument, form: Form): Html | null {
  const n = plan.refused + plan.undelivered;
  const isPaused = plan.state === 'paused';
  if (n === 0 || plan.state === 'cancelled' || plan.state === 'ready') return null;
  return act({
    ...form,
    opens: `Retry ${counted(n, 'number')}…`,
    says: html`The vendor refused ${counted(n, 'number')}, or we could not send their orders.
      These orders are sent again${isPaused && ' once the plan is resumed'}. Unknown orders are
      never retried.`,
    button: 'Send these orders again',
  });
}

function close({ standing }: PlanDocument, form: Form): Html | null {
  if (standing === null) return null;
  const wait = standing.lines === 1 ? 'waits for its' : 'wait for their';
  return act({
    ...form,
    opens: 'Stop trying…',
    says: html`${counted(standing.lines, 'line')} ${wait} next try. No line of this plan will be
      tried again. What is lacking then stays missing.`,
    reason: REASON,
    button: 'Stop trying these lines',
  });
}

function cancel({ state, pending, bought, standing }: PlanDocument, form: Form): Html {
  const rest = pending > 0 && html`${counted(pending, 'number')} will not be bought. `;
  const tries = standing !== null && 'No line is tried again: what is lacking stays missing. ';
  const kept = bought > 0 && `The ${count(bought)} already bought stay bought. `;
  return act({
    ...form,
    opens: 'Cancel…',
    says: html`${rest}${tries}${kept}This cannot be undone.`,
    reason: REASON,
    button: state === 'ready' ? 'Cancel this plan' : 'Cancel the rest of this plan',
    tone: 'danger',
  });
}
