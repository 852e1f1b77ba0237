const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/**
 * The forms of a time. The server writes them in its own zone, and the script of the page puts them
 * into the reader's.
 * @satisfies {Record<string, (at: Date, now: Date) => string>}
 */
export const FORMS = {
  /** `14:07:31`. */
  clock: (at) => clock.format(at),
  /** `14:07`. */
  minute: (at) => minute.format(at),
  /** `19 Nov 2026`. */
  date: (at) => date.format(at),
  /** `today 13:59`, `yesterday 17:02`, `19 Nov 16:30`. */
  moment: (at, now) => `${dayOf(at, now)} ${minute.format(at)}`,
  /** Like `moment`, with seconds for today. */
  exact: (at, now) => `${dayOf(at, now)} ${(isToday(at, now) ? clock : minute).format(at)}`,
  /** `14:07:31` for today, else with the day: for lists with little room. */
  brief: (at, now) =>
    isToday(at, now) ? clock.format(at) : `${dayOf(at, now)} ${minute.format(at)}`,
};

/** @type {(at: Date, now: Date) => boolean} */
const isToday = (at, now) => at.toDateString() === now.toDateString();

/** @type {(at: Date, now: Date) => string} */
function dayOf(at, now) {
  if (isToday(at, now)) return 'today';
  if (isToday(at, new Date(now.getTime() - 86_400_000))) return 'yesterday';
  return (at.getFullYear() === now.getFullYear() ? day : date).format(at);
}
