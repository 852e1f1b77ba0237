import { note } from '../components/note.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

/** The orders that wait for a person; null when none does. */
export function unknownNote(orders: number): Html | null {
  if (orders === 0) return null;
  const [needs, them, they, They] =
    orders === 1 ? ['needs', 'it', 'it', 'It'] : ['need', 'them', 'they', 'They'];
  return note(
    'warn hatched',
    html`<b>${counted(orders, 'order')} ${needs} a decision.</b>
      We sent ${them} and do not know what ${they} bought.
      ${They} will not be sent again until someone settles ${them}.`,
    html`<a class="btn" href="/unknown">Settle ${them}</a>`,
  );
}
