import { flag, type Html, html } from '../html.ts';
import { phone } from './numbers.ts';

/** A box for each number. `picked` are ticked at first. */
export function numberPicks(numbers: string[], picked: string[]): Html {
  const boxes = numbers.map((number) => {
    const checked = flag('checked', picked.includes(number));
    return html`<label><input type="checkbox" name="number"
          value="${number}"${checked}>${phone(number)}</label>`;
  });
  return html`<div class="picks">${boxes}</div>`;
}
