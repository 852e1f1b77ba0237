import {
  type AccountState,
  type KeptCheck,
  type LineResult,
  openWarnings,
  type PlanDocument,
} from '../../../ledger/index.ts';
import { orderCount } from '../../../order-size.ts';
import { resultNames, type Warning } from '../../../plan/index.ts';
import { areaCell, optionWords, TYPES, typeName } from '../components/line-words.ts';
import { modeTag } from '../components/mode.ts';
import { note } from '../components/note.ts';
import { bytes, count, counted, pace } from '../components/numbers.ts';
import { timeLeft } from '../components/times.ts';
import { sentence } from '../components/told.ts';
import { warningCard } from '../components/warnings.ts';
import { type Html, html } from '../html.ts';

export type Ready = {
  plan: PlanDocument;
  account: AccountState;
  /** Null for a plan of before checks were kept. */
  check: KeptCheck | null;
  firstLines: LineResult[];
  extraColumns: string[];
  /** The other plans that were made of its file. */
  same: PlanDocument[];
  /** Why the last press of Start did nothing. */
  fault?: string | undefined;
};

/** What pressing Start would do, and the one place where money is spent. */
export function startPanel(ready: Ready): Html {
  const { check } = ready;
  // What bought nothing and will not is the plan that this one takes the place of.
  const same = ready.same.filter(({ bought, unknown, pending }) => bought + unknown + pending > 0);
  return html`${same.length > 0 && sameFileNote(same)}
${goPanel(ready)}
<div class="${check && check.warningCount > 0 ? 'cols' : 'stack'}">${totals(ready)}${check && warningCard(check.warnings, check.warningCount)}</div>
${firstLines(ready)}`;
}

/** One account does not know what was bought on another: whoever starts it has to. */
function sameFileNote(same: PlanDocument[]): Html {
  const each = same.map(
    (plan) =>
      html`<a href="/plans/${plan.id}">Plan ${plan.id}</a> on ${plan.account} is the same file${plan.bought > 0 ? ` and bought ${counted(plan.bought, 'number')}` : ''}. `,
  );
  return note('warn', html`<b>This file was submitted before.</b> ${each}`);
}

/** No text field is in its form, so that Enter in a field can never start a plan. */
function goPanel({ plan, account, check, fault }: Ready): Html {
  const { id, mode, requested, orders } = plan;
  const isLive = mode === 'live';
  const slots = check?.slots ? html` and ${counted(check.slots, 'slot')}` : null;
  const headline = isLive
    ? 'This buys real numbers and costs money'
    : 'This is practice. Nothing is bought';
  const says = isLive
    ? html`<p><b>${counted(requested, 'number')}</b>${slots}, in ${counted(orders, 'order')}, on account <b>${plan.account}</b>.</p><p class="muted">You can pause or cancel at any time. Numbers already bought stay bought.</p>`
    : html`<p><b>${counted(requested, 'pretend number')}</b> in ${counted(orders, 'order')}, on account <b>${plan.account}</b>. It costs nothing.</p>`;
  const label = `Start: ${isLive ? 'buy' : 'pretend to buy'} ${counted(requested, 'number')}`;
  return html`<form class="go ${mode}" id="start" method="post" action="/plans/${id}/start" aria-labelledby="go-h">
  <header>${modeTag(mode)}<h2 id="go-h">${headline}</h2></header>
  ${fault && html`<div class="note bad" role="alert"><p><b>${fault}</b> Nothing was started.</p></div>`}
  <div class="body">
    <div class="stack tight">${says}${account.pausedReason !== null && html`<p class="c-unknown">The account is paused: ${sentence(account.pausedReason)} The plan waits until it is resumed.</p>`}${acceptTick(openWarnings(plan, check))}</div>
    <input type="hidden" name="rate" value="${plan.rate ?? 'none'}">
    <button class="btn start" id="start-button">${modeTag(mode)}<span>${label}<small>on account ${plan.account}</small></span></button>
  </div>
</form>`;
}

/** What may cost money otherwise than it was meant: nothing starts before it is ticked. */
function acceptTick(warnings: Warning[]): Html | null {
  if (warnings.length === 0) return null;
  return html`<div class="stack tight" id="accept"><ul class="bullets stack tight">${warnings.map(({ message }) => html`<li>${message}</li>`)}</ul>
    <label class="check"><input type="checkbox" name="accept" value="yes" required><span>Yes, ${warnings.length === 1 ? 'this is' : 'these are'} meant as the file has ${warnings.length === 1 ? 'it' : 'them'}.</span></label></div>`;
}

function totals({ plan, account, check, extraColumns }: Ready): Html {
  const types = check ? TYPES.map((type) => [type, check.types[type]] as const) : [];
  const bought = types.filter(([, sum]) => sum.lines > 0);
  const file =
    check &&
    html`<dt>File</dt><dd>${bytes(check.bytes)}, ${separator(check.delimiter)}, ${check.encoding.toUpperCase()}</dd>`;
  return html`<section class="card" aria-labelledby="tot-h">
  <header><h2 id="tot-h">What this plan would buy</h2><span class="pill done">No faults</span></header>
  <table id="totals">
    <thead><tr><th scope="col">Type</th><th scope="col" class="n">Lines</th><th scope="col" class="n">Orders</th><th scope="col" class="n">Numbers</th></tr></thead>
    <tbody>${bought.map(([type, sum]) => html`<tr><th scope="row">${typeName(type)}</th><td class="n">${count(sum.lines)}</td><td class="n">${count(sum.orders)}</td><td class="n">${count(sum.numbers)}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">In all</th><td class="n">${count(plan.lines)}</td><td class="n">${count(plan.orders)}</td><td class="n">${count(plan.requested)}</td></tr></tfoot>
  </table>
  <dl class="kv body"><dt>Takes</dt><dd>${takes(plan, account)}, longer while other plans share the account</dd>
  ${check && html`<dt>Slots</dt><dd>${check.slots > 0 ? html`<b>${count(check.slots)}</b> are bought as well. Slots cost extra.` : 'none'}</dd>`}${file}${renamedColumns(extraColumns)}</dl>
</section>`;
}

/** Columns of the plan's own that the results must call otherwise. */
function renamedColumns(extraColumns: string[]): Html | null {
  const renamed = resultNames(extraColumns).flatMap((there, at) =>
    there === extraColumns[at] ? [] : [`${extraColumns[at]} is called ${there}`],
  );
  return renamed.length > 0 ? html`<dt>In the results</dt><dd>${renamed.join(', ')}</dd>` : null;
}

/** By the pace, and by the daily limit where that is slower. */
function takes({ rate, secondsNeeded }: PlanDocument, { dailyNumbers }: AccountState): Html {
  if (secondsNeeded === null) return html`No pace set: as fast as it goes`;
  const atMost = dailyNumbers !== null && ` and at most ${counted(dailyNumbers, 'number')} a day`;
  const at = rate === null ? 'without a pace' : `at ${pace(rate)} orders a second`;
  return html`<b>${timeLeft(secondsNeeded)}</b> ${at}${atMost}`;
}

function separator(delimiter: string): string {
  return { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }[delimiter] ?? delimiter;
}

/** Of the plan's own columns so many are shown; the others are kept as well. */
const OWN_SHOWN = 3;

function firstLines({ plan, firstLines: lines, extraColumns }: Ready): Html {
  const own = extraColumns.slice(0, OWN_SHOWN);
  const hidden = extraColumns.length - own.length;
  return html`<section class="card" aria-labelledby="first-h">
  <header><h2 id="first-h">The first lines, as we understood them</h2><span class="muted small">${count(lines.length)} of ${count(plan.lines)}${hidden > 0 && `, without ${counted(hidden, 'further column')} of yours, which we keep`}</span></header>
  <div class="scroll" tabindex="0" role="region" aria-label="The first lines"><table class="fold" id="first-lines">
    <thead><tr><th scope="col" class="n">Line</th><th scope="col">Area code</th><th scope="col">Type</th><th scope="col" class="n">Numbers</th><th scope="col" class="n">Orders</th><th scope="col">Options</th>${own.map((name) => html`<th scope="col">${name} <span class="muted">(yours, kept)</span></th>`)}</tr></thead>
    <tbody>${lines.map((line) => firstLine(line, own))}</tbody>
  </table></div>
</section>`;
}

function firstLine(line: LineResult, own: string[]): Html {
  const options = optionWords(line);
  const cells = line.extra === null ? [] : (JSON.parse(line.extra) as string[]);
  return html`<tr><th scope="row" class="n" data-h="Line">${count(line.line)}</th><td data-h="Area code">${areaCell(line.areaCode)}</td><td data-h="Type">${typeName(line.type)}</td><td class="n" data-h="Numbers">${count(line.requested)}</td><td class="n" data-h="Orders">${count(orderCount(line.requested))}</td><td data-h="Options">${options === '' ? html`<span class="zero">–</span>` : options}</td>${own.map((name, at) => html`<td class="muted full" data-h="${name}">${cells[at]}</td>`)}</tr>`;
}
