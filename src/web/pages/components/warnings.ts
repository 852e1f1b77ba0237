import { unanswered, type Warning } from '../../../plan/index.ts';
import { type Html, html } from '../html.ts';
import { count, counted } from './numbers.ts';

const SHOWN = 20;

/** What the check of a file found odd, which does not stop its plan; null when nothing was. */
export function warningCard(warnings: readonly Warning[], n: number): Html | null {
  if (n === 0) return null;
  const shown = warnings.slice(0, SHOWN);
  const more = n - shown.length;
  return html`<section class="card" aria-labelledby="know-h">
  <header><h2 id="know-h">${counted(n, 'warning')}</h2></header>
  <div class="body stack">
    <p class="muted">${effect(warnings, n)}</p>
    <ul class="bullets stack tight" id="warnings">
      ${shown.map(({ line, message }) => html`<li>Line ${count(line)}: ${message}</li>`)}
      ${more > 0 && html`<li>and ${count(more)} more</li>`}
    </ul>
  </div>
</section>`;
}

function effect(warnings: readonly Warning[], n: number): string {
  const open = unanswered(warnings).length;
  if (open === 0) return `${n === 1 ? 'It does' : 'They do'} not stop the plan.`;
  const which = open < n ? `${count(open)} of them` : n === 1 ? 'It' : 'They';
  return `${which} must be accepted before real numbers are bought.`;
}
