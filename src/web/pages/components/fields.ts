import { type Html, html } from '../html.ts';
import { phone } from './numbers.ts';

export function hidden(name: string, value: string | number | null): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

export function nameField(value: string | undefined): Html {
  return html`<label class="field"><span>Your name</span><input type="text"
    name="by" value="${value}" required maxlength="100" autocomplete="name"></label>`;
}

export type Reason = { label: string; hint?: string | undefined; isOptional?: boolean };

export function signFields(
  who: string | null,
  reason: Reason,
  typed: { by?: string; why?: string | undefined } = {},
): Html {
  return html`<div class="sign">${who !== null && nameField(typed.by ?? who)}
      ${reasonField(reason, typed.why, 1000)}</div>`;
}

export function reasonField(
  { label, hint, isOptional = false }: Reason,
  value: string | undefined,
  maxLength = 500,
): Html {
  return html`<label class="field"><span>${label}</span><input type="text"
    name="why" value="${value}"${!isOptional && html` required`} maxlength="${maxLength}"
    autocomplete="off" placeholder="${hint}"></label>`;
}

/** A box for each number. `picked` are ticked at first. */
export function numberPicks(numbers: string[], picked: string[]): Html {
  const boxes = numbers.map((number) => {
    const checked = picked.includes(number) && html` checked`;
    return html`<label><input type="checkbox" name="number"
          value="${number}"${checked}>${phone(number)}</label>`;
  });
  return html`<div class="picks">${boxes}</div>`;
}
