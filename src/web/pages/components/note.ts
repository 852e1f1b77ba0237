import { type Html, html } from '../html.ts';
import { counted } from './numbers.ts';

type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'warn hatched';

/** A notice, with what to do about it on its right. Hatching means unknown, and nothing else. */
export function note(tone: Tone, text: Html, action: Html | null = null): Html {
  return html`<div class="note ${tone}"><p>${text}</p>${action}</div>`;
}

/** Orders that need a person, and for how many numbers, if that is known; null when none does. */
export function unknownNote(orders: number, numbers: number | null, href: string): Html | null {
  if (orders === 0) return null;
  const [these, them, They] =
    orders === 1 ? ['this order', 'it', 'It'] : ['these orders', 'them', 'They'];
  const many = counted(orders, 'order');
  return note(
    'warn hatched',
    html`<b>${many}${numbers !== null && `, ${counted(numbers, 'number')}`}: outcome unknown.</b>
      We sent ${these} and got no clear answer. ${They} may have bought numbers. ${They} will not be
      sent again until someone settles ${them}.`,
    html`<a class="btn" href="${href}">Settle ${many}</a>`,
  );
}

/** What the last press of a button did. */
export function flash(text: Html | null): Html | null {
  return text && html`<div class="note good" role="status" id="flash"><p>${text}</p></div>`;
}

/** Why a form was refused; shown in the form, above the fields. */
export function fault(text: string | undefined): Html | null {
  return text ? html`<p class="fault" role="alert">${text}</p>` : null;
}

export function emptyCard(title: string, words: Html, actions: Html | null = null): Html {
  return html`<section class="card"><div class="empty">
<h2>${title}</h2><p class="muted">${words}</p>${actions}
</div></section>`;
}

export const NO_ACCOUNT = emptyCard(
  'There is no account yet',
  html`The first worker makes one. Start it with <code>bulk-order work</code>, then reload this
    page.`,
);
