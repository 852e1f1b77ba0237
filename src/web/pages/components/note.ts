import { type Html, html } from '../html.ts';
import { counted } from './numbers.ts';

type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'warn hatched';

/** A notice, with what to do about it on its right. Hatching means unknown, and nothing else. */
export function note(tone: Tone, text: Html, action: Html | null = null): Html {
  return html`<div class="note ${tone}"><p>${text}</p>${action}</div>`;
}

type Unknown = { orders: number; numbers?: number; href: string; isCancelled?: boolean };

/**
 * Orders that need a person, and for how many numbers, if that is known; null when none does. Those
 * of a cancelled plan are never sent again.
 */
export function unknownNote({ orders, numbers, href, isCancelled }: Unknown): Html | null {
  if (orders === 0) return null;
  const [these, them, They] =
    orders === 1 ? ['this order', 'it', 'It'] : ['these orders', 'them', 'They'];
  const then = isCancelled
    ? html`The plan is cancelled, so ${They.toLowerCase()} will not be sent again. Settle ${them} to
      know what you own.`
    : html`${They} will not be sent again until someone settles ${them}.`;
  const many = counted(orders, 'order');
  const inAll = numbers !== undefined && `, ${counted(numbers, 'number')}`;
  return note(
    'warn hatched',
    html`<b>${many}${inAll}: outcome unknown.</b>
      We sent ${these} and got no clear answer. ${They} may have bought numbers. ${then}`,
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
