import { LACK_FOLLOWS } from '../../../fallback/index.ts';
import {
  type PlanDocument,
  type PlanState,
  shownOfAttempt,
  type UnknownOrder,
} from '../../../ledger/index.ts';
import { seenOf } from '../../../seen.ts';
import { overruling, type RefusedForm } from '../components/act.ts';
import { hidden, numberPicks, signFields } from '../components/fields.ts';
import { count, counted } from '../components/numbers.ts';
import { withUtc } from '../components/page-text.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';

/** `filter`: the plan whose orders alone the page shows; a form leads back to them. */
export type FormsShown = {
  refused: RefusedForm | undefined;
  isOne: boolean;
  filter: number | null;
};
type SettleForm = FormsShown &
  Pick<Visit, 'who'> & { order: UnknownOrder; planState: PlanState; lacking: number };

/** The two ways to settle an order, the harmless one first. They work without scripts. */
export function settleForms(
  { who }: Visit,
  order: UnknownOrder,
  { state }: PlanDocument,
  shown: FormsShown,
): Html {
  const { refused, isOne } = shown;
  const lacking = order.quantity - order.bought;
  const form = { ...shown, order, planState: state, lacking, who };
  const finding = order.proposal?.finding;
  const way = (name: 'bought' | 'nothing', title: string, content: Html) => {
    const isOpen = refused ? refused.form === `${name}-${order.order}` : isOne && finding === name;
    const says = finding === name && html`<span class="way">what the evidence says</span>`;
    return html`<details name="s${order.order}"${isOpen && html` open`}>
    <summary>${title}${says}</summary>${content}</details>`;
  };
  return html`${way('bought', 'It bought numbers', bought(form))}
  ${way('nothing', 'It bought nothing', nothing(form))}`;
}

function bought(form: SettleForm): Html {
  const { order, lacking } = form;
  const mine = refusedHere(form, 'bought');
  const candidates = order.proposal?.numbers ?? [];
  const isProposed = order.proposal?.finding === 'bought';
  const picked = mine ? (mine.typed.numbers ?? '').split(' ') : isProposed ? candidates : [];
  const others = candidates.length > 0 ? 'Others, if you found more' : 'Numbers';
  const button = isProposed ? `Record ${count(candidates.length)} as bought` : 'Record as bought';
  return html`<form method="post" action="/unknown/${order.order}/bought">
      ${overruling(mine, 'settle it')}
      <fieldset class="stack tight">
        <legend class="label">Which ones? It lacks ${counted(lacking, 'number')}.</legend>
        ${picks(candidates, picked, isProposed)}
      </fieldset>
      <label class="field"><span>${others}</span><input type="text"
        name="more" value="${mine?.typed.more}" autocomplete="off"
        placeholder="+1 233 555 0100, +1 233 555 0101"></label>
      ${sign(form, mine, isProposed)}
      <div class="row"><button class="btn primary">${button}</button>
        <span class="muted small">${NOT_SENT_AGAIN}</span></div>
    </form>`;
}

function picks(candidates: string[], picked: string[], isProposed: boolean): Html {
  if (candidates.length === 0) {
    return html`<p class="muted">We know of none.
          Type the numbers that you found on the account.</p>`;
  }
  const others = isProposed ? '' : ' Other unknown orders may have bought them.';
  return html`<p class="muted">These are new on the account, and no order has them.${others}</p>
        ${numberPicks(candidates, picked)}`;
}

function nothing(form: SettleForm): Html {
  const { order, lacking, planState } = form;
  const mine = refusedHere(form, 'nothing');
  const isSold = order.bought > 0 || order.disputed.length > 0;
  const risk = isSold
    ? html`<p>Recorded numbers stay recorded: ${count(order.bought)}. The others count as not in
        stock. ${NOT_SENT_AGAIN}</p>`
    : html`<p><b>${AFTER_NOTHING[planState]}</b> ${planState === 'cancelled' && REMAINDER}
        If it did buy after all, you may pay for ${counted(lacking, 'number')} twice.</p>`;
  const button = isSold
    ? 'It bought nothing more'
    : `Nothing was bought${planState === 'cancelled' ? '' : ', send again'}`;
  return html`<form method="post" action="/unknown/${order.order}/nothing">
      ${overruling(mine, 'settle it')}
      ${risk}
      ${sign(form, mine, order.proposal?.finding === 'nothing')}
      <div class="row"><button class="btn danger">${button}</button></div>
    </form>`;
}

const NOT_SENT_AGAIN = `The order will not be sent again, but ${LACK_FOLLOWS}.`;
const REMAINDER = 'A plan of its remainder.csv can buy these numbers.';
const IS_SENT_AGAIN = 'The order will be sent again.';

/** What follows for an order that bought nothing, by the state of its plan. */
const AFTER_NOTHING: Record<PlanState, string> = {
  ready: 'The order will be sent again once its plan is started.',
  running: IS_SENT_AGAIN,
  standing: IS_SENT_AGAIN,
  paused: 'The order will be sent again once its plan is resumed.',
  finished: 'The plan runs again, and the order will be sent again.',
  cancelled: 'The plan is cancelled, so the order will not be sent again.',
};

/** Who settles it, and why. Where the evidence agrees with the form, it is the reason at first. */
function sign(
  { who, order, filter }: SettleForm,
  mine: RefusedForm | undefined,
  agrees: boolean,
): Html {
  const evidence = agrees ? order.proposal?.why : undefined;
  const reason = { label: 'Why are you sure?', hint: 'What you looked at, and what it showed' };
  const typed = mine?.typed ?? { why: evidence && withUtc(evidence) };
  return html`${hidden('seen', seenOf(shownOfAttempt(order)))}
      ${filter !== null && hidden('plan', filter)}
      ${signFields(who, reason, typed)}`;
}

function refusedHere({ refused, order }: SettleForm, way: string): RefusedForm | undefined {
  return refused?.form === `${way}-${order.order}` ? refused : undefined;
}
