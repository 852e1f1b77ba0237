import { isPlaced, type PlanDocument } from '../../../ledger/index.ts';
import { type Shown, seenOf } from '../../../seen.ts';
import { type ActionForm, act, OPTIONAL_REASON, type RefusedForm } from '../components/act.ts';
import { count, counted, stillFinish } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

type Steering = {
  plan: PlanDocument;
  inFlight: number;
  who: string | null;
  shown: Shown;
  refused: RefusedForm | undefined;
};

/** What all buttons of the plan share, and what names one of them. */
type Form = Pick<ActionForm, 'id' | 'to' | 'who' | 'hidden' | 'refused'>;

export function planActions({ plan, inFlight, who, shown, refused }: Steering): Html {
  // Each form names only what its press depends on, so that an open one can still be updated.
  const form = (move: string, ...parts: (keyof Shown)[]) => {
    const by = (['plan', ...parts] as const).map((part) => [part, shown[part]]);
    const seen = seenOf(Object.fromEntries(by));
    return { id: move, to: `/plans/${plan.id}/${move}`, who, hidden: { seen }, refused };
  };
  const isOpen = plan.state !== 'finished' && plan.state !== 'cancelled';
  const actions = [
    isPlaced(plan) && pause(inFlight, form('pause')),
    plan.state === 'paused' && resume(plan, form('resume', 'pause')),
    retry(plan, form('retry', 'retry')),
    isOpen && close(plan, form('close')),
    isOpen && cancel(plan, inFlight, form('cancel')),
  ];
  return html`<div class="row" id="actions" data-part="actions">${actions}</div>`;
}

function pause(inFlight: number, form: Form): Html {
  return act({
    ...form,
    opens: 'Pause…',
    says: html`Nothing new is sent. ${stillFinish(inFlight)}`,
    reason: OPTIONAL_REASON,
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
    anyway: 'send them again',
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
    reason: OPTIONAL_REASON,
    button: 'Stop trying these lines',
  });
}

function cancel(
  { state, pending, bought, unknown, standing }: PlanDocument,
  inFlight: number,
  form: Form,
): Html {
  const most = inFlight > 0 && `${stillFinish(inFlight)} Up to `;
  const rest = pending > 0 && `${most || ''}${counted(pending, 'number')} will not be bought. `;
  const tries = standing !== null && 'No line is tried again: what is lacking stays missing. ';
  const kept = bought > 0 && `The ${count(bought)} already bought stay bought. `;
  const open = unknown > 0 && `The ${count(unknown)} unknown ones may be bought: settle them. `;
  return act({
    ...form,
    opens: 'Cancel…',
    says: html`${rest}${tries}${kept}${open}This cannot be undone.`,
    reason: OPTIONAL_REASON,
    button: state === 'ready' ? 'Cancel this plan' : 'Cancel the rest of this plan',
    tone: 'danger',
  });
}
