import type { PlanError, Warning } from '../../../plan/index.ts';
import { count, counted } from '../components/numbers.ts';
import { pageText } from '../components/page-text.ts';
import { cell, heading, lineCell, numberHeading } from '../components/table.ts';
import { type Html, html } from '../html.ts';

export type PlanErrors = {
  shown: readonly PlanError[];
  count: number;
  /** Rows with an error; 0 when the file as a whole cannot be read. */
  rows: number;
  warnings: readonly Warning[];
  warningCount: number;
};

/** How many errors a file has, and a download of it with them. */
export function errorNote(
  { token, name, account }: { token: string; name: string; account: string | null },
  { count: n, rows }: PlanErrors,
): Html {
  const where = rows > 0 ? ` on ${counted(rows, 'line')}` : '';
  const query = new URLSearchParams({ name, account: account ?? '' });
  const url = `/plans/uploads/${token}/annotated.csv?${query}`;
  const action =
    rows > 0 &&
    html`<a class="btn" id="annotated" href="${url}" download>Download your plan with a
      <code>fault</code> column</a>`;
  return html`<div class="note bad" role="alert" id="fault">
  <p><b>${name}: ${counted(n, 'error')}${where}. Nothing was stored and nothing was bought.</b>
    Correct ${n === 1 ? 'it' : 'them'} in your file and upload it again.
    ${rows > 0 && columnHint(rows)}</p>
  ${action}
</div>`;
}

function columnHint(rows: number): string {
  return (
    'The download is your whole plan. ' +
    `Its last column says what is wrong, in ${counted(rows, 'line')}. ` +
    'You can leave the column in: it is ignored when you upload the file again.'
  );
}

export function errorTable(errors: readonly PlanError[], n: number): Html {
  const shown =
    n > errors.length
      ? `${count(errors.length)} of ${count(n)} errors shown`
      : `All ${count(n)} shown`;
  return html`<section class="card" aria-labelledby="errors-h">
  <header><h2 id="errors-h">Errors</h2><span class="muted small">${shown}.</span></header>
  <table class="fold" id="errors">
    <thead><tr>
      ${numberHeading('Line')}${heading('Column')}${heading('We found')}${heading('What to do')}
    </tr></thead>
    <tbody>${errors.map(errorRow)}</tbody>
  </table>
</section>`;
}

function errorRow({ line, column, found, message }: PlanError): Html {
  const where =
    column === '' ? html`<span class="dim">the row</span>` : html`<code>${column}</code>`;
  const what =
    found === ''
      ? html`<span class="found blank">blank</span>`
      : html`<span class="found">${found}</span>`;
  return html`<tr>
  ${lineCell(line)}${cell('Column', where)}${cell('We found', what)}
  ${cell('What to do', pageText(message), 'full')}
</tr>`;
}
