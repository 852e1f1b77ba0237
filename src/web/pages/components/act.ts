import { nameOfObjection } from '../../../ledger/index.ts';
import { type Html, html } from '../html.ts';
import { hidden, nameField, type Reason, reasonField } from './fields.ts';
import { fault } from './note.ts';
import { pageText } from './page-text.ts';

/** Why a form was refused, and what had been typed into it. */
export type RefusedForm = {
  form: string;
  fault: string;
  typed: Record<string, string>;
  /** What the evidence says against it; a tick overrules it. */
  objections?: string[] | undefined;
};

export const NO_NAME = 'Say who you are. A name has letters, digits and blanks.';
export const REASON = { label: 'Reason', hint: 'Shown to everyone here' };
/** Nobody must explain first what stops a purchase. */
export const OPTIONAL_REASON = { ...REASON, label: 'Why (kept with the event)', isOptional: true };
/** Who overrules evidence says how they know better. */
const KNOWN = { label: 'How do you know it?', hint: 'The numbers were bought by hand' };
export const NO_REASON = 'Say why: it is shown to everyone here.';
export const NO_EVIDENCE = 'Say how you know it.';

export type ActionForm = {
  id: string;
  to: string;
  opens: string;
  says: Html;
  /** The name to begin with; null asks for none. */
  who: string | null;
  /** How the reason is asked for; without it, none is. */
  reason?: Reason;
  button: string;
  tone?: 'danger';
  hidden?: Record<string, string | number>;
  /** As in `overruling`. */
  anyway?: string;
  refused?: RefusedForm | undefined;
};

/** The button and its form, which asks who and why. It works without scripts. */
export function act(form: ActionForm): Html {
  const { id, to, opens, says, who, button, tone = 'primary', refused } = form;
  const mine = refused?.form === id ? refused : undefined;
  const typed = mine?.typed ?? { by: who ?? '' };
  const reason = mine?.objections ? KNOWN : form.reason;
  const outside = tone === 'danger' ? ' danger' : '';
  return html`<details class="act" name="act" id="${id}"${mine && html` open`}>
    <summary class="btn${outside}">${opens}</summary>
    <form method="post" action="${to}">
      ${Object.entries(form.hidden ?? {}).map(([name, value]) => hidden(name, value))}
      <p>${says}</p>
      ${overruling(mine, form.anyway ?? 'do it')}
      ${reason && reasonField(reason, typed.why)}
      ${who !== null && nameField(typed.by)}
      <button class="btn ${tone}">${button}</button>
    </form>
  </details>`;
}

/** Objections have a box: ticked, it is done `anyway`, as far as these alone speak against it. */
export function overruling(refused: RefusedForm | undefined, anyway: string): Html | null {
  const objections = refused?.objections;
  if (!objections) return fault(refused?.fault);
  const these = objections.map(nameOfObjection).join(' ');
  return html`<div class="fault stack tight" role="alert">
        <p>${refused.fault}</p>
        <ul class="bullets">${objections.map((each) => html`<li>${pageText(each)}</li>`)}</ul>
        <label><input type="checkbox" name="againstEvidence" value="${these}">
          I know better: ${anyway} anyway. The objections are kept.</label>
      </div>`;
}
