import {
  dismissLostPlans,
  type LostPlan,
  lostPlans,
  shownFile,
  shownOfLost,
} from '../../../ledger/index.ts';
import { readDismissal } from '../../../operations/index.ts';
import { seenOf } from '../../../seen.ts';
import { hidden } from '../components/fields.ts';
import { emptyCard } from '../components/note.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';
import type { SaidCard, SaidList } from './said-list.ts';

export const LOST_PLANS: SaidList<LostPlan> = {
  path: 'lost-plans',
  ways: ['dismiss'],
  read: lostPlans,
  say: ({ ledger, account, typed: { file, ...typed }, signer }) => {
    const dismissal = readDismissal({ dismiss: file, ...typed }, signer);
    return dismissLostPlans(ledger, account, dismissal, dismissal.by);
  },
  title: 'Plans that the ledger has lost',
  introduction: `These were sent before the ledger was put back. Submit the file of a lost plan
    again, unless it is gone: what was sent of it is not bought again. It may have been the
    remainder of an older plan, and a new plan may be the same list in another form. So older
    plans that may ask for the same wait until you dismiss it, and so do all that have sent
    nothing.`,
  said: html`<b>It is dismissed.</b> Resume each plan that has paused for it.`,
  none: emptyCard('There are none', html`The ledger has lost no plan that others wait for.`),
  cards: (lost, visit) =>
    [...Map.groupBy(lost, ({ file }) => file)].map(([file, plans]) => cardOf(file, plans, visit)),
};

function cardOf(file: string, plans: LostPlan[], { may }: Visit): SaidCard {
  const isOpen = plans.some(({ isDismissed }) => !isDismissed);
  const warning = html`<p class="muted">First cancel the plans that ask for the same numbers.
      If you dismiss a plan that asked for the same as another one, both buy it, and you pay
      twice.</p>
    ${hidden('file', file)}${hidden('seen', seenOf(shownOfLost(plans)))}`;
  return {
    form: file,
    way: 'dismiss',
    title: `File ${shownFile(file)}…`,
    aside: 'by its SHA-256',
    content: html`<ul class="bullets">${plans.map((plan) => html`<li>${described(plan)}</li>`)}</ul>
    ${isOpen && may.submit && warning}`,
    asks: isOpen ? ASKS : null,
    anyway: 'dismiss it',
  };
}

const ASKS = {
  reason: { label: 'How do you know it?', hint: 'What it asked for, or what became of it' },
  button: 'Dismiss it',
  tone: 'danger',
};

function described({ copy, numbers, sent, planId, isDismissed }: LostPlan): Html {
  const name = copy > 1 ? html`Copy ${copy}` : html`A plan`;
  const which = html`${name}, for ${counted(numbers, 'number')}`;
  if (planId !== null)
    return html`${which}: it is back, as <a href="/plans/${planId}">plan ${planId}</a>.
      Older plans may wait for it.`;
  const state = isDismissed ? ' It is dismissed.' : '';
  return html`${which}: ${counted(sent ?? 0, 'order')} had been sent.${state}`;
}
