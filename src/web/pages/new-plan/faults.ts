import type { Fault, Warning } from '../../../plan/index.ts';
import { count, counted } from '../components/numbers.ts';
import { cell, heading, lineCell, numberHeading } from '../components/table.ts';
import { type Html, html } from '../html.ts';

export type Faults = {
  shown: readonly Fault[];
  count: number;
  /** Rows with a fault; 0 when the file as a whole cannot be read. */
  rows: number;
  warnings: readonly Warning[];
  warningCount: number;
};

/** How many faults a file has, and a download of it with them. */
export function faultNote(
  { token, name }: { token: string; name: string },
  { count: n, rows }: Faults,
): Html {
  const where = rows > 0 ? ` on ${counted(rows, 'line')}` : '';
  const url = `/plans/uploads/${token}/mended.csv?name=${encodeURIComponent(name)}`;
  const action =
    rows > 0 &&
    html`<a class="btn" id="mended" href="${url}" download>Download your plan with a
      <code>fault</code> column</a>`;
  return html`<div class="note bad" role="alert" id="fault">
  <p><b>${name}: ${counted(n, 'fault')}${where}. Nothing was stored and nothing was bought.</b>
    Mend ${n === 1 ? 'it' : 'them'} in your file and upload it again.
    ${rows > 0 && columnHint(rows)}</p>
  ${action}
</div>`;
}

function columnHint(rows: number): string {
  return (
    'The download is your whole plan. ' +
    `Its last column says what is wrong, in ${counted(rows, 'row')}. ` +
    'You can leave the column in: it is ignored when you upload the file again.'
  );
}

export function faultTable(faults: readonly Fault[], n: number): Html {
  const shown =
    n > faults.length
      ? `${count(faults.length)} of ${count(n)} faults shown`
      : `All ${count(n)} shown`;
  return html`<section class="card" aria-labelledby="faults-h">
  <header><h2 id="faults-h">Faults</h2><span class="muted small">${shown}.</span></header>
  <table class="fold" id="faults">
    <thead><tr>
      ${numberHeading('Line')}${heading('Column')}${heading('We found')}${heading('What to do')}
    </tr></thead>
    <tbody>${faults.map(faultRow)}</tbody>
  </table>
</section>`;
}

function faultRow({ line, column, found, message }: Fault): Html {
  const where =
    column === '' ? html`<span class="dim">the row</span>` : html`<code>${column}</code>`;
  const what =
    found === ''
      ? html`<span class="found blank">blank</span>`
      : html`<span class="found">${found}</span>`;
  return html`<tr>
  ${lineCell(line)}${cell('Column', where)}${cell('We found', what)}
  ${cell('What to do', message, 'full')}
</tr>`;
}
