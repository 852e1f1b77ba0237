import { type Html, html } from '../html.ts';

/** A field that is not shown. */
export function hidden(name: string, value: string | number | null): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** Asks who presses the button. */
export function nameField(value: string | undefined): Html {
  return html`<label class="field"><span>Your name</span><input type="text"
    name="by" value="${value}" required maxlength="100" autocomplete="name"></label>`;
}

type Reason = { label: string; hint?: string | undefined; maxLength?: number };

/** Asks why; the reason is stored with what the button does. */
export function reasonField(
  { label, hint, maxLength = 500 }: Reason,
  value: string | undefined,
): Html {
  return html`<label class="field"><span>${label}</span><input type="text"
    name="why" value="${value}" required maxlength="${maxLength}" autocomplete="off"
    placeholder="${hint}"></label>`;
}
