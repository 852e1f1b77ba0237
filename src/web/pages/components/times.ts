import { elapsed, hours } from '../../../english.ts';
import { type Html, html } from '../html.ts';

export { elapsed };

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const DAY_MS = 86_400_000;

/** `14:07:31`, in the server's zone; the script of the page puts it into the reader's. */
export function clock(at: Date): Html {
  return time(at, 'clock', CLOCK.format(at));
}

/** `19 Nov 2026`. */
export function date(at: Date): Html {
  return time(at, 'date', YEAR.format(at));
}

/** `14:07`. */
export function minute(at: Date): Html {
  return time(at, 'minute', MINUTE.format(at));
}

/** `today 13:59`, `yesterday 17:02`, `19 Nov 16:30`. */
export function moment(at: Date, now: Date): Html {
  return time(at, 'moment', `${dayOf(at, now)} ${MINUTE.format(at)}`);
}

/** Like `moment`, with seconds for today. */
export function exact(at: Date, now: Date): Html {
  const format = dayOf(at, now) === 'today' ? CLOCK : MINUTE;
  return time(at, 'exact', `${dayOf(at, now)} ${format.format(at)}`);
}

/** `14:07:31` for today, else with the day: for lists with little room. */
export function brief(at: Date, now: Date): Html {
  const isToday = dayOf(at, now) === 'today';
  return time(at, 'brief', isToday ? CLOCK.format(at) : `${dayOf(at, now)} ${MINUTE.format(at)}`);
}

function time(at: Date, form: string, text: string): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}" title="${iso}" data-form="${form}">${text}</time>`;
}

function dayOf(at: Date, now: Date): string {
  if (at.toDateString() === now.toDateString()) return 'today';
  if (at.toDateString() === new Date(now.getTime() - DAY_MS).toDateString()) return 'yesterday';
  return (at.getFullYear() === now.getFullYear() ? DATE : YEAR).format(at);
}

/** `about 5 min`: in steps of 10 s below 90 s, then in minutes, so that it does not flicker. */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  return `about ${hours(minutes)}`;
}
