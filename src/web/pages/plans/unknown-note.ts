import { note } from '../components/note.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

/** What needs a person before anything else does; null when nothing does. */
export function unknownNote(orders: number): Html | null {
  if (orders === 0) return null;
  const one = orders === 1;
  return note(
    'warn hatched',
    html`<b>${counted(orders, 'order')} ${one ? 'needs' : 'need'} a decision.</b> We sent ${one ? 'it and do not know what it' : 'them and do not know what they'} bought. ${one ? 'It' : 'They'} will not be sent again until someone settles ${one ? 'it' : 'them'}.`,
    html`<a class="btn" href="/unknown">Settle ${one ? 'it' : 'them'}</a>`,
  );
}
