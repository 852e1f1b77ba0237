import { createHash } from 'node:crypto';
import { AppError } from './errors.ts';

/** What a form may show, and what it means that it is no longer so. */
const CHANGED = {
  plan: 'another plan has this number now',
  pace: 'the account has another pace',
  pause: 'the plan was paused anew, or will buy more when it goes on',
  retry: 'other orders would be sent again',
  attempt:
    'it was sent again, what settled it was taken back, or another order has this number now',
  settlement: 'it was settled anew, or another order has this number now',
  approval: 'another question has this number now',
  lost: 'other plans of this file are lost, or more is known of them',
} as const;

/** What a form shows, by part: all that tells it from another one of the same number. */
export type Shown = Partial<Record<keyof typeof CHANGED, unknown>>;

/** A few characters that stand for it. */
export const shortHash = (what: unknown): string =>
  createHash('sha256').update(JSON.stringify(what)).digest('base64url').slice(0, 8);

/** Names what a form shows. The form sends it along, for the page may be old when it is pressed. */
export const seenOf = (shown: Shown): string =>
  Object.entries(shown)
    .map(([part, what]) => `${part}.${shortHash(what)}`)
    .join(' ');

/**
 * Throws AppError `wrong_state` when what was looked at is no longer so. `seen`: its name;
 * undefined where nobody looked, as over the API. `now`: what must be as it was.
 */
export function requireSeen(seen: string | undefined, now: Shown): void {
  if (seen === undefined) return;
  const names = seen.split(' ');
  const parts = Object.keys(now) as (keyof Shown)[];
  const changed = parts.find((part) => !names.includes(seenOf({ [part]: now[part] })));
  if (changed === undefined) return;
  const message =
    `This has changed since you looked: ${CHANGED[changed]}. Look at it again. ` +
    'Nothing was changed.';
  throw new AppError('wrong_state', message, { changed });
}
