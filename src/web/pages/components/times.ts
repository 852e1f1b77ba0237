import { elapsed, hours } from '../../../english.ts';
import { FORMS } from '../../assets/time-forms.js';
import { type Html, html } from '../html.ts';

export { elapsed };

export const clock = (at: Date) => time('clock', at, at);
export const minute = (at: Date) => time('minute', at, at);
export const date = (at: Date) => time('date', at, at);
export const moment = (at: Date, now: Date) => time('moment', at, now);
export const exact = (at: Date, now: Date) => time('exact', at, now);
export const brief = (at: Date, now: Date) => time('brief', at, now);

function time(form: keyof typeof FORMS, at: Date, now: Date): Html {
  const iso = at.toISOString();
  const text = FORMS[form](at, now);
  return html`<time datetime="${iso}" title="${iso}" data-form="${form}">${text}</time>`;
}

/** `about 5 min`: in steps of 10 s below 90 s, then in minutes, so that it does not flicker. */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  return `about ${hours(minutes)}`;
}
