import type { UnknownOrder } from '../../../ledger/index.ts';
import type { Refused } from '../components/act.ts';
import { fault } from '../components/note.ts';
import { count, counted, phone } from '../components/numbers.ts';
import { withUtc } from '../components/told.ts';
import { flag, type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';

/** `filter`: the plan whose orders alone are shown, to be kept when the form is sent. */
type Shown = { refused: Refused | undefined; isOne: boolean; filter: number | null };
type Form = {
  filter: number | null;
  order: UnknownOrder;
  lacking: number;
  who: string;
  refused: Refused | undefined;
};

/** The two ways, the harmless one first; each asks who says so and why. Without scripts as well. */
export function settleForms(
  { who }: Visit,
  order: UnknownOrder,
  lacking: number,
  { refused, isOne, filter }: Shown,
): Html {
  const form = { order, lacking, who, refused, filter };
  const finding = order.proposal?.finding;
  const isOpen = (way: string) =>
    refused ? refused.form === `${way}-${order.order}` : isOne && finding === way;
  const says = (way: string) =>
    finding === way && html`<span class="way">what the evidence says</span>`;
  return html`<details name="s${order.order}"${flag('open', isOpen('bought'))}><summary>It bought numbers${says('bought')}</summary>${bought(form)}</details>
  <details name="s${order.order}"${flag('open', isOpen('nothing'))}><summary>It bought nothing${says('nothing')}</summary>${nothing(form)}</details>`;
}

function bought(form: Form): Html {
  const { order, lacking } = form;
  const mine = refusedHere(form, 'bought');
  const candidates = order.proposal?.numbers ?? [];
  const isProposed = order.proposal?.finding === 'bought';
  const picked = mine ? (mine.typed.numbers ?? '').split(' ') : isProposed ? candidates : [];
  const which =
    candidates.length > 0
      ? html`<p class="muted">These are new on the account and belong to no other order.</p><div class="picks">${candidates.map((number) => html`<label><input type="checkbox" name="number" value="${number}"${flag('checked', picked.includes(number))}>${phone(number)}</label>`)}</div>`
      : html`<p class="muted">We know of none. Type the numbers that you found on the account.</p>`;
  return html`<form method="post" action="/unknown/${order.order}/bought">
      ${overruling(mine)}
      <fieldset class="stack tight"><legend class="label">Which ones? It lacks ${counted(lacking, 'number')}.</legend>${which}</fieldset>
      <label class="field"><span>${candidates.length > 0 ? 'Others, if you found more' : 'Numbers'}</span><input type="text" name="more" value="${mine?.typed.more}" maxlength="1000" autocomplete="off" placeholder="+1 233 555 0100, +1 233 555 0101"></label>
      ${sign(form, mine, isProposed ? order.proposal?.why : undefined)}
      <div class="row"><button class="btn primary">${isProposed ? `Record ${count(candidates.length)} as bought` : 'Record as bought'}</button><span class="muted small">The order will not be sent again.</span></div>
    </form>`;
}

function nothing(form: Form): Html {
  const { order, lacking } = form;
  const mine = refusedHere(form, 'nothing');
  const isProposed = order.proposal?.finding === 'nothing';
  const isSold = order.bought > 0 || order.disputed.length > 0;
  const risk = isSold
    ? html`<p>${counted(order.bought, 'number')} of it stay recorded; the others count as not in stock. It is not sent again.</p>`
    : html`<p><b>The order will be sent again.</b> If it did buy after all, you pay for ${counted(lacking, 'number')} twice.</p>`;
  return html`<form method="post" action="/unknown/${order.order}/nothing">
      ${overruling(mine)}
      ${risk}
      ${sign(form, mine, isProposed ? order.proposal?.why : undefined)}
      <div class="row"><button class="btn danger">${isSold ? 'It bought nothing more' : 'Nothing was bought, send again'}</button></div>
    </form>`;
}

/** What was refused and why; a tick beside what speaks against it settles it all the same. */
function overruling(mine: Refused | undefined): Html | null {
  const objections = mine?.objections;
  if (!objections) return fault(mine?.fault);
  return html`<div class="fault stack tight" role="alert"><p>${mine.fault}</p><ul class="bullets">${objections.map((each) => html`<li>${each}</li>`)}</ul><label><input type="checkbox" name="againstEvidence" value="true"> I know better: settle it all the same. What speaks against it is kept.</label></div>`;
}

/** The evidence is filled in as the reason where it says the same: whoever agrees has only to press. */
function sign(
  { who, order, filter }: Form,
  mine: Refused | undefined,
  evidence: string | undefined,
): Html {
  const { by = who, why = evidence && withUtc(evidence) } = mine?.typed ?? {};
  return html`<input type="hidden" name="attempt" value="${order.attempt}">${filter !== null && html`<input type="hidden" name="plan" value="${filter}">`}<div class="sign"><label class="field"><span>Your name</span><input type="text" name="by" value="${by}" required maxlength="100" autocomplete="name"></label><label class="field"><span>Why are you sure?</span><input type="text" name="why" value="${why}" required maxlength="1000" autocomplete="off" placeholder="What you looked at, and what it showed"></label></div>`;
}

function refusedHere({ refused, order }: Form, way: string): Refused | undefined {
  return refused?.form === `${way}-${order.order}` ? refused : undefined;
}
