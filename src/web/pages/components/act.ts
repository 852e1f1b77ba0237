import { type Html, html } from '../html.ts';
import { hidden, nameField, reasonField } from './fields.ts';
import { fault } from './note.ts';

/** Why a form was refused, and what had been typed into it. */
export type RefusedForm = {
  form: string;
  fault: string;
  typed: Record<string, string>;
  /** What the evidence says against it; a tick overrules it. */
  objections?: string[] | undefined;
};

export const NO_NAME = 'Say who you are. A name has letters, digits and blanks.';
/** How most forms ask for the reason. */
export const REASON = { label: 'Reason', hint: 'Shown to everyone here' };
export const NO_REASON = 'Say why: it is shown to everyone here.';

/** A button that opens a small form. */
export type ActionForm = {
  id: string;
  to: string;
  opens: string;
  says: Html;
  /** The name to begin with; null asks for none. */
  who: string | null;
  /** How the reason is asked for; without it, none is. */
  reason?: { label: string; hint?: string };
  button: string;
  tone?: 'danger';
  hidden?: Record<string, string | number>;
  refused?: RefusedForm | undefined;
};

/** The button and its form, which asks who and why. It works without scripts. */
export function act(form: ActionForm): Html {
  const { id, to, opens, says, who, reason, button, tone = 'primary', refused } = form;
  const mine = refused?.form === id ? refused : undefined;
  const typed = mine?.typed ?? { by: who ?? '' };
  const outside = tone === 'danger' ? ' danger' : '';
  return html`<details class="act" name="act" id="${id}"${mine && html` open`}>
    <summary class="btn${outside}">${opens}</summary>
    <form method="post" action="${to}">
      ${Object.entries(form.hidden ?? {}).map(([name, value]) => hidden(name, value))}
      <p>${says}</p>
      ${fault(mine?.fault)}
      ${reason && reasonField(reason, typed.why)}
      ${who !== null && nameField(typed.by)}
      <button class="btn ${tone}">${button}</button>
    </form>
  </details>`;
}
