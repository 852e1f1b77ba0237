import type { Account } from '../../../ledger/index.ts';
import { type Html, html } from '../html.ts';
import { note } from './note.ts';
import { counted } from './numbers.ts';

/** That an account rests and why, when it does. Pauses, which need a person, are another thing. */
export function restNote({ name, resumeAt, restReason }: Account, now: Date): Html | null {
  const rest = (resumeAt?.getTime() ?? 0) - now.getTime();
  if (rest <= 0) return null;
  if (restReason !== null) {
    return note('plain', html`<b>${name} rests.</b> ${restReason}. Nothing is lost.`);
  }
  return note(
    'plain',
    html`<b>The vendor asked us to slow down.</b> Account ${name} waits ${counted(Math.ceil(rest / 1000), 'second')}. Nothing is lost.`,
  );
}
