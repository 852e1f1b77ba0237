import { type Html, html } from '../html.ts';

type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'warn hatched';

/** A notice, with what to do about it at its right. Hatched is for what is unknown, and only for that. */
export function note(tone: Tone, text: Html, action: Html | null = null): Html {
  return html`<div class="note ${tone}"><p>${text}</p>${action}</div>`;
}

/** What the last press of a button did. */
export function flash(text: Html | null): Html | null {
  return text && html`<div class="note good" role="status" id="flash"><p>${text}</p></div>`;
}

/** Why a form was not taken; it stands in the form, above what was typed. */
export function fault(text: string | undefined): Html | null {
  return text ? html`<p class="fault" role="alert">${text}</p>` : null;
}
