import { nameOfObjection } from '../../../ledger/index.ts';
import { flag, type Html, html } from '../html.ts';
import type { RefusedForm } from './act.ts';
import { fault } from './note.ts';
import { phone } from './numbers.ts';
import { pageText } from './page-text.ts';

/** A box for each number. `picked` are ticked at first. */
export function numberPicks(numbers: string[], picked: string[]): Html {
  const boxes = numbers.map((number) => {
    const checked = flag('checked', picked.includes(number));
    return html`<label><input type="checkbox" name="number"
          value="${number}"${checked}>${phone(number)}</label>`;
  });
  return html`<div class="picks">${boxes}</div>`;
}

/**
 * Why the form was refused. Objections have a box: ticked, it is done `anyway`, as far as these
 * alone speak against it.
 */
export function overruling(refused: RefusedForm | undefined, anyway: string): Html | null {
  const objections = refused?.objections;
  if (!objections) return fault(refused?.fault);
  const these = objections.map(nameOfObjection).join(' ');
  return html`<div class="fault stack tight" role="alert">
        <p>${refused.fault}</p>
        <ul class="bullets">${objections.map((each) => html`<li>${pageText(each)}</li>`)}</ul>
        <label><input type="checkbox" name="againstEvidence" value="${these}">
          I know better: ${anyway} anyway. The objections are kept.</label>
      </div>`;
}
