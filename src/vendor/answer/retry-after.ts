const AN_HOUR_MS = 3_600_000;

/**
 * The wait that a Retry-After header asks for, ms, an hour at most; it holds seconds or an HTTP
 * date. null when it is absent, unreadable, zero or past: then the caller's own growing pause
 * applies.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const value = header?.trim() ?? '';
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : dateOf(value) - nowMs;
  return waitMs > 0 ? Math.min(waitMs, AN_HOUR_MS) : null;
}

/** The only form that RFC 9110 lets a server send. Date.parse alone reads "junk 5" as 2001. */
function dateOf(value: string): number {
  const form = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
  return form.test(value) ? Date.parse(value) : Number.NaN;
}
