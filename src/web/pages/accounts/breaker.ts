import { type AccountState, UNKNOWN_IN_A_ROW, UNKNOWN_OF_FIFTY } from '../../../ledger/index.ts';
import { count, counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

/** The last answers of an account, and how far its breaker is from a pause. */
export function breaker({ recent, unknown, hasAnswers, pausedReason }: AccountState): Html {
  const unknowns = recent.replaceAll('.', '').length;
  const inARow = recent.length - recent.replace(/u+$/, '').length;
  const isPaused = pausedReason !== null;
  const toSettle =
    unknown > 0
      ? html`<a class="c-unknown" href="/unknown">${counted(unknown, 'order')}</a>`
      : html`<span class="zero">${count(0)}</span>`;
  return html`<h3>Last 50 answers <span class="muted small">newest on the right</span></h3>
      ${hasAnswers ? strip(recent, unknowns, inARow) : NO_ANSWERS}
      <dl class="kv">
        <dt>Unknown in a row</dt>
        <dd>${pips(inARow, UNKNOWN_IN_A_ROW)} ${inARow} of
          ${UNKNOWN_IN_A_ROW}${isPaused ? '. It is paused' : ', then it pauses'}</dd>
        <dt>Unknown in the last 50</dt>
        <dd>${pips(unknowns, UNKNOWN_OF_FIFTY)}
          ${unknowns}${!isPaused && `, pauses above ${UNKNOWN_OF_FIFTY}`}</dd>
        <dt>To be settled</dt>
        <dd>${toSettle}</dd>
      </dl>`;
}

const NO_ANSWERS = html`<p class="muted">No answers yet. They appear here when a plan runs.</p>`;

/** A bar for each answer since the first unknown one; there is none when all were clear. */
function strip(recent: string, unknowns: number, inARow: number): Html {
  if (recent === '') return html`<p class="muted">None of the last 50 answers was unclear.</p>`;
  const label =
    `Last ${recent.length} answers: ${unknowns} unknown, ` +
    `${inARow} of them in a row at the end.`;
  const bars = [...recent].map((each) => html`<i${each === 'u' && html` class="u"`}></i>`);
  return html`<div class="strip" role="img" aria-label="${label}">${bars}</div>
      <p class="legend small"><span><i class="key bought"></i>a clear answer</span>
        <span><i class="key unknown"></i>unknown</span></p>`;
}

function pips(on: number, of: number): Html {
  const each = Array.from({ length: of }, (_, at) => html`<i${at < on && html` class="on"`}></i>`);
  return html`<span class="pips" aria-hidden="true">${each}</span>`;
}
