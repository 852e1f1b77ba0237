import { count, counted } from '../../../english.ts';
import type { PlanDocument } from '../../../ledger/index.ts';
import { type Html, html } from '../html.ts';

export { count, counted };

/** `58.7 %`; `0 %` and `100 %` are exact. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  if (part === whole) return '100 %';
  return `${Math.min(99.9, Math.max(0.1, (part / whole) * 100)).toFixed(1)} %`;
}

/** `14.2 KB`, `31.4 MB`. */
export function bytes(n: number): string {
  if (n < 1_000) return `${n} B`;
  return n < 1e6 ? `${(n / 1e3).toFixed(1)} KB` : `${(n / 1e6).toFixed(1)} MB`;
}

/** `2335550142` -> `+1 233 555 0142`, never broken over two lines; other texts stay the same. */
export function phone(number: string): string {
  return number.replace(/^(\d{3})(\d{3})(\d{4})$/, '+1\u00a0$1\u00a0$2\u00a0$3');
}

/** `233555` -> `233-555`. */
export function areaCode(code: string): string {
  return code.replace(/^(\d{3})(\d{3})$/, '$1-$2');
}

/** Orders a second: `4`, `0.25`. */
export function pace(rate: number): string {
  return rate.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** `4 / s`, or that the account has no pace. */
export function paceWords(rate: number | null): string {
  return rate === null ? 'no pace set' : `${pace(rate)} / s`;
}

/** `1 order on its way`, `3 orders on their way`. */
export function onTheirWay(orders: number): string {
  return `${counted(orders, 'order')} on ${orders === 1 ? 'its' : 'their'} way`;
}

/** What a pause or a cancel does not stop. */
export function stillFinish(inFlight: number): string {
  return inFlight === 0 ? 'No order is on its way.' : `${onTheirWay(inFlight)} will still finish.`;
}

/** What an earlier plan of the same file bought, or may, in a sentence. */
export function whatBecame({ state, bought, unknown, pending }: PlanDocument): string {
  if (state === 'ready') return 'It has not been started yet.';
  const parts = [
    `It bought ${counted(bought, 'number')}`,
    unknown > 0 && `${count(unknown)} may have been bought`,
    pending > 0 && `${count(pending)} may still be`,
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}

/** A count; zero is shown muted. */
export function quiet(n: number, tone = ''): Html {
  return html`<span class="${n === 0 ? 'zero' : tone}">${count(n)}</span>`;
}
