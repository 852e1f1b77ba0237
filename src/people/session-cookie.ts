import { createHmac, timingSafeEqual } from 'node:crypto';

/** A working day and the evening after it, s. */
const SESSION_S = 12 * 60 * 60;

/** A session ends when one of these changes. */
type SessionOwner = { name: string; secret: string };

/**
 * The value of a cookie that says who signed in, and until when that holds. The signature covers
 * the owner's secret, so the cookie works on every server with this key and ends with the
 * password. `now` in ms.
 */
export function makeSession(key: string, { name, secret }: SessionOwner, now: number): string {
  const endsAt = Math.floor(now / 1000) + SESSION_S;
  const text = `${Buffer.from(name).toString('base64url')}.${endsAt}`;
  return `${text}.${signature(key, text, secret)}`;
}

/** The owner whom the cookie signs in; undefined when it has ended or was never ours. */
export function readSession<Found extends SessionOwner>(
  key: string,
  value: string,
  find: (name: string) => Found | undefined,
  now: number,
): Found | undefined {
  const [, text = '', name = '', endsAt, signed = ''] =
    /^(([\w-]{1,600})\.(\d{1,12}))\.([\w-]{43})$/.exec(value) ?? [];
  const endsAtMs = Number(endsAt) * 1000;
  if (!(endsAtMs > now && endsAtMs <= now + SESSION_S * 1000 + CLOCKS_APART_MS)) return undefined;
  const owner = find(Buffer.from(name, 'base64url').toString('utf8'));
  if (!owner) return undefined;
  const right = signature(key, text, owner.secret);
  return timingSafeEqual(Buffer.from(signed), Buffer.from(right)) ? owner : undefined;
}

/** How far the clocks of two servers may differ. */
const CLOCKS_APART_MS = 300_000;

function signature(key: string, text: string, secret: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url'))
    .update(`session\0${text}\0${secret}`)
    .digest('base64url');
}
