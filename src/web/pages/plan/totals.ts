import type { KeptCheck, PlanDocument, StockMet } from '../../../ledger/index.ts';
import { areaCodeWords, resultNames } from '../../../plan/index.ts';
import { TYPES, typeName } from '../components/line-words.ts';
import { bytes, count, counted, pace } from '../components/numbers.ts';
import { heading, numberHeading } from '../components/table.ts';
import { date, timeLeft } from '../components/times.ts';
import { type Html, html } from '../html.ts';

export type TotalsShown = {
  plan: PlanDocument;
  check: KeptCheck;
  /** What earlier plans met in its area codes. */
  stock: StockMet[];
  /** What its account's limits mean for it, as sentences. */
  limits: string[];
  /** Why it can never start; null: it can. */
  never: string | null;
  extraColumns: string[];
};

type Sum = { lines: number; orders: number; numbers: number };

export function totals({ plan, limits, never, check, stock, extraColumns }: TotalsShown): Html {
  const rows = TYPES.map((type) => [type, check.types[type]] as const)
    .filter(([, { lines }]) => lines > 0)
    .map(([type, sum]) => sumRow(typeName(type), sum));
  const { lines, orders, requested: numbers } = plan;
  return html`<section class="card" aria-labelledby="tot-h">
  <header><h2 id="tot-h">What this plan would buy</h2>
    ${never === null && html`<span class="pill done">No errors</span>`}</header>
  <table id="totals">
    <thead><tr>${heading('Type')}${['Lines', 'Orders', 'Numbers'].map(numberHeading)}</tr></thead>
    <tbody>${rows}</tbody>
    <tfoot>${sumRow('In all', { lines, orders, numbers })}</tfoot>
  </table>
  <dl class="kv body">
    ${areaCodeList(check)}
    ${stockWords(stock)}
    ${ladderWords(check)}
    ${keepTryingWords(check)}
    ${
      never === null &&
      html`<dt>Takes</dt>
    <dd>${takes(plan)}, longer while other plans share the account</dd>
    ${limitWords(limits)}`
    }
    ${fileFacts(check)}
    ${renamedColumns(extraColumns)}
  </dl>
</section>`;
}

function areaCodeList({ areaCodes, areaCodeCount }: KeptCheck): Html | null {
  if (areaCodes.length === 0) return null;
  const words = areaCodes.map(
    (sum) => `${areaCodeWords(sum)} ${sum.place ?? 'not assigned'}: ${count(sum.numbers)}`,
  );
  const more = areaCodeCount - areaCodes.length;
  if (more > 0) words.push(`and ${counted(more, 'more area code')}`);
  return html`<dt>Area codes</dt><dd id="area-codes">${words.join(', ')}</dd>`;
}

/** Where earlier plans did not get all that they asked for. */
function stockWords(stock: StockMet[]): Html | null {
  const scarce = stock.filter(({ asked, bought }) => bought < asked);
  if (scarce.length === 0) return null;
  const each = scarce.map(
    ({ areaCode, asked, bought, plan, startedAt }) => html`<li>${areaCode}: ${count(bought)} of
      ${count(asked)}, by <a href="/plans/${plan}">plan ${plan}</a> on ${date(startedAt)}</li>`,
  );
  return html`<dt>Sold out before</dt><dd id="stock"><ul>${each}</ul></dd>`;
}

/** What its lines may buy in place of their own numbers: by starting it, a person agrees. */
function ladderWords({ fallbackLines, ladders, ladderCount }: KeptCheck): Html | null {
  if (fallbackLines === 0) return null;
  const more = ladderCount - ladders.length;
  return html`<dt>Fallback</dt><dd id="ladders">
    ${counted(fallbackLines, 'line')} may buy other numbers, where their own are sold out:
    <ul>${ladders.map((words) => html`<li>${words}</li>`)}${
      more > 0 && html`<li>and ${counted(more, 'more ladder')}</li>`
    }</ul></dd>`;
}

function limitWords(limits: string[]): Html | null {
  if (limits.length === 0) return null;
  const each = limits.map((words) => html`<li>${words}</li>`);
  return html`<dt>Limits</dt><dd id="limits"><ul>${each}</ul></dd>`;
}

function keepTryingWords({ keepTryingLines }: KeptCheck): Html | null {
  if (keepTryingLines === 0) return null;
  const ask = keepTryingLines === 1 ? 'asks' : 'ask';
  return html`<dt>Keeps trying</dt><dd id="keep-trying">
    ${counted(keepTryingLines, 'line')} ${ask} again for what is lacking</dd>`;
}

function sumRow(name: string, { lines, orders, numbers }: Sum): Html {
  const cells = [lines, orders, numbers].map((n) => html`<td class="n">${count(n)}</td>`);
  return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
}

/** By the pace, or by the limits on numbers where they are slower. */
function takes({ rate, secondsNeeded }: PlanDocument): Html {
  if (secondsNeeded === null) return html`No pace set: as fast as possible`;
  const at = rate === null ? 'without a pace' : `at ${pace(rate)} orders a second`;
  return html`<b>${timeLeft(secondsNeeded)}</b> ${at}`;
}

const SEPARATORS: Record<string, string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
};

function fileFacts({ slots, bytes: size, delimiter, encoding }: KeptCheck): Html {
  const slotWords =
    slots > 0 ? html`<b>${count(slots)}</b> are bought as well. Slots cost extra.` : 'none';
  const separator = SEPARATORS[delimiter] ?? delimiter;
  return html`<dt>Slots</dt><dd>${slotWords}</dd>
    <dt>File</dt><dd>${bytes(size)}, ${separator}, ${encoding.toUpperCase()}</dd>`;
}

/** The plan's own columns that have another name in the results. */
function renamedColumns(extraColumns: string[]): Html | null {
  const renamed = resultNames(extraColumns).flatMap((there, at) =>
    there === extraColumns[at] ? [] : [`${extraColumns[at]} is called ${there}`],
  );
  return renamed.length > 0 ? html`<dt>In the results</dt><dd>${renamed.join(', ')}</dd>` : null;
}
