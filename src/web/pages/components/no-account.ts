import { html } from '../html.ts';
import { emptyCard } from './note.ts';

export const NO_ACCOUNT = emptyCard(
  'There is no account yet',
  html`The first worker makes one. Start it with <code>bulk-order work</code>, then reload this
    page.`,
);
