import { type Html, html } from '../html.ts';
import { fault } from './note.ts';

/** What a form was refused with, and what had been typed into it. */
export type Refused = {
  form: string;
  fault: string;
  typed: Record<string, string>;
  /** What speaks against it, to be overruled by a tick. */
  objections?: string[] | undefined;
};

type Act = {
  /** Names the form, also to the browser's tests. */
  id: string;
  /** Where it is posted to. */
  to: string;
  /** On the button that opens the form. */
  opens: string;
  says: Html;
  who: string;
  /** What the reason is asked for as; null asks for none. */
  reason: { label: string; hint?: string } | null;
  button: string;
  tone: 'primary' | 'danger';
  /** Fields that nobody types, such as what was on the page. */
  hidden?: Record<string, string | number>;
  refused?: Refused | undefined;
};

/** A button that opens a small form which asks who and why. Works without scripts. */
export function act({
  id,
  to,
  opens,
  says,
  who,
  reason,
  button,
  tone,
  hidden = {},
  refused,
}: Act): Html {
  const mine = refused?.form === id ? refused : undefined;
  const typed = mine?.typed ?? { by: who };
  const outside = tone === 'danger' ? ' danger' : '';
  return html`<details class="act" name="act" id="${id}"${mine && html` open`}>
    <summary class="btn${outside}">${opens}</summary>
    <form method="post" action="${to}">
      ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <p>${says}</p>
      ${fault(mine?.fault)}
      ${
        reason &&
        html`<label class="field"><span>${reason.label}</span><input type="text" name="why" value="${typed.why}" required maxlength="500" autocomplete="off" placeholder="${reason.hint}"></label>`
      }
      <label class="field"><span>Your name</span><input type="text" name="by" value="${typed.by}" required maxlength="100" autocomplete="name"></label>
      <button class="btn ${tone}">${button}</button>
    </form>
  </details>`;
}
