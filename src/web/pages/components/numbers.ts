import { count, counted } from '../../../english.ts';
import { type Html, html } from '../html.ts';

export { count, counted };

/** `58.7 %`; never 0 or 100 unless it is. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  if (part === whole) return '100 %';
  return `${Math.min(99.9, Math.max(0.1, (part / whole) * 100)).toFixed(1)} %`;
}

/** `14.2 KB`, `31.4 MB`. */
export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  return n < 1024 ** 2 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1024 ** 2).toFixed(1)} MB`;
}

/** `2335550142` -> `+1 233 555 0142`, never broken over two lines; anything else as it is. */
export function phone(number: string): string {
  return number.replace(/^(\d{3})(\d{3})(\d{4})$/, '+1\u00a0$1\u00a0$2\u00a0$3');
}

/** `233555` -> `233-555`. */
export function areaCode(code: string): string {
  return code.replace(/^(\d{3})(\d{3})$/, '$1-$2');
}

/** Orders a second as people set them: `4`, `0.25`. */
export function pace(rate: number): string {
  return rate.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** Of an account that may have none: `4 / s`. */
export function paceWords(rate: number | null): string {
  return rate === null ? 'no pace set' : `${pace(rate)} / s`;
}

/** An order by its place in the plan, which is how people speak of it; its id says both. */
export function ordinal(orderId: number): number {
  return orderId % 10_000_000;
}

/** A count that is quiet when it is zero. */
export function quiet(n: number, tone = ''): Html {
  return n === 0
    ? html`<span class="zero">0</span>`
    : html`<span class="${tone}">${count(n)}</span>`;
}
