import { withFullStop } from '../../../english.ts';
import {
  type AccountState,
  type KeptCheck,
  type LineResult,
  openWarnings,
  type PlanDocument,
  type PlannedCost,
} from '../../../ledger/index.ts';
import { neverWords } from '../../../operations/index.ts';
import { orderCount } from '../../../order-size.ts';
import type { Warning } from '../../../plan/index.ts';
import { sumWords, unpricedWords } from '../../../prices/index.ts';
import { hidden } from '../components/fields.ts';
import { areaCell, optionWords, typeName } from '../components/line-words.ts';
import { modeTag } from '../components/mode.ts';
import { note } from '../components/note.ts';
import { count, counted, whatBecame } from '../components/numbers.ts';
import { pageText } from '../components/page-text.ts';
import { cell, heading, lineCell, numberCell, numberHeading } from '../components/table.ts';
import { warningCard } from '../components/warnings.ts';
import { type Html, html } from '../html.ts';
import { type TotalsShown, totals } from './totals.ts';

type Ready = TotalsShown & {
  account: AccountState;
  /** Null: without prices. */
  mayCost: PlannedCost | null;
  firstLines: LineResult[];
  /** The other plans that were made of its file. */
  same: PlanDocument[];
  seen: string;
  fault?: string | undefined;
  mayStart: boolean;
  /** The question that its start would ask waits already. */
  isAsked: boolean;
};

/** What Start would do, and the one button that spends money. */
export function startPanel(ready: Ready): Html {
  const { plan, check, extraColumns } = ready;
  // Without plans that bought nothing and never will: this one replaces them.
  const same = ready.same.filter(
    ({ bought, unknown, endedAt }) => bought + unknown > 0 || endedAt === null,
  );
  const hasWarnings = check.warningCount > 0;
  return html`${same.length > 0 && sameFileNote(same)}
${goPanel(ready)}
<div class="${hasWarnings ? 'cols' : 'stack'}">
  ${totals(ready)}
  ${warningCard(check.warnings, check.warningCount)}
</div>
${firstLines(plan, ready.firstLines, extraColumns)}`;
}

/** Also plans on other accounts: one account does not know what another bought. */
function sameFileNote(same: PlanDocument[]): Html {
  const each = same.map(
    (plan) =>
      html`<a href="/plans/${plan.id}">Plan ${plan.id}</a> on ${plan.account} is the same file.
        ${whatBecame(plan)} `,
  );
  return note('warn', html`<b>This file was submitted before.</b> ${each}`);
}

/** Its form has no text field, so that Enter in a field can never start a plan. */
function goPanel(ready: Ready): Html {
  const { plan, account, check, mayCost, fault, never } = ready;
  const mayStart = ready.mayStart && never === null && !ready.isAsked;
  const { id, mode, requested } = plan;
  const isLive = mode === 'live';
  const promise = isLive
    ? 'This buys real numbers and costs money'
    : 'This is practice. Nothing is bought';
  const headline = never === null ? promise : 'This is beyond a limit';
  const words = isLive ? liveWords(plan, check) : sandboxWords(plan);
  const buy = isLive ? 'buy' : 'pretend to buy';
  const label = `Start: ${buy} ${counted(requested, 'number')}`;
  const waits = ready.isAsked ? IS_ASKED : MAY_NOT;
  const content = html`<header>${modeTag(mode)}<h2 id="go-h">${headline}</h2></header>
  ${
    fault &&
    html`<div class="note bad" role="alert"><p><b>${fault}</b> Nothing was started.</p></div>`
  }
  <div class="body">
    <div class="stack tight">
      ${never === null ? words : html`<p class="c-missing">${neverWords(never)}</p>`}
      ${mayCost && costWords(mayCost, isLive)}
      ${account.pausedReason !== null && pausedWords(account.pausedReason)}
      ${mayStart ? acceptTick(openWarnings(plan, check)) : never === null && waits}
    </div>
    ${mayStart && startButton(ready, label)}
  </div>`;
  const attributes = html`class="go ${mode}" id="start" aria-labelledby="go-h"`;
  if (!mayStart) return html`<section ${attributes}>${content}</section>`;
  return html`<form ${attributes} method="post" action="/plans/${id}/start">${content}</form>`;
}

const IS_ASKED = html`<p class="muted">Once another person has approved it, it can be started
  here.</p>`;
const MAY_NOT = html`<p class="muted">Starting it takes the role submit.</p>`;

function startButton({ plan, account, seen }: Ready, label: string): Html {
  return html`${hidden('seen', seen)}${hidden('prices', account.prices?.hash ?? 'none')}
    <button class="btn start" id="start-button">${modeTag(plan.mode)}
      <span>${label}<small>on account ${plan.account}</small></span></button>`;
}

function liveWords({ requested, orders, account }: PlanDocument, check: KeptCheck): Html {
  const slots = check.slots > 0 ? html` and ${counted(check.slots, 'slot')}` : null;
  return html`<p><b>${counted(requested, 'number')}</b>${slots}, in ${counted(orders, 'order')},
        on account <b>${account}</b>.</p>
      <p class="muted">You can pause or cancel at any time.
        Numbers already bought stay bought.</p>`;
}

function sandboxWords({ requested, orders, account }: PlanDocument): Html {
  return html`<p><b>${counted(requested, 'pretend number')}</b> in ${counted(orders, 'order')},
        on account <b>${account}</b>. It costs nothing.</p>`;
}

/** The most that it may cost, where the button is that spends it. */
function costWords({ currency, atMost, usual }: PlannedCost, isLive: boolean): Html {
  const most = sumWords(atMost, currency);
  if (most === null) {
    return html`<p id="cost"><b>What it costs is not known:</b> ${unpricedWords(atMost)}.</p>`;
  }
  const about = usual && sumWords(usual, currency);
  const it = isLive ? 'It costs' : 'With a live account it would cost';
  return html`<p id="cost">${it} at most <b>${most}</b>.
        ${about !== null && html`Going by earlier plans, about ${about}.`}</p>`;
}

function pausedWords(reason: string): Html {
  return html`<p class="c-unknown">The account is paused: ${withFullStop(pageText(reason))}
        The plan waits until it is resumed.</p>`;
}

/** Warnings of what may cost money unintended: nothing starts before the box is ticked. */
function acceptTick(warnings: Warning[]): Html | null {
  if (warnings.length === 0) return null;
  const words = warnings.length === 1 ? 'this is intended' : 'these are intended';
  return html`<div class="stack tight" id="accept">
        <ul class="bullets stack tight">
          ${warnings.map(({ message }) => html`<li>${message}</li>`)}
        </ul>
        <label class="check"><input type="checkbox" name="accept" value="yes" required>
          <span>Yes, ${words}. Buy as the file says.</span></label>
      </div>`;
}

const OWN_COLUMNS_SHOWN = 3;

export function firstLines(plan: PlanDocument, lines: LineResult[], extraColumns: string[]): Html {
  const own = extraColumns.slice(0, OWN_COLUMNS_SHOWN);
  const hidden = extraColumns.length - own.length;
  const without =
    hidden > 0 && `, without ${counted(hidden, 'further column')} of yours, which we keep`;
  return html`<section class="card" aria-labelledby="first-h">
  <header><h2 id="first-h">The first lines, as we understood them</h2>
    <span class="muted small">${count(lines.length)} of
      ${count(plan.lines)}${without}</span></header>
  <div class="scroll" tabindex="0" role="region" aria-label="The first lines">
  <table class="fold" id="first-lines">
    <thead><tr>
      ${numberHeading('Line')}${heading('Area code')}${heading('Type')}${numberHeading('Numbers')}
      ${numberHeading('Orders')}${heading('Options')}
      ${own.map((name) => heading(html`${name} <span class="muted">(yours, kept)</span>`))}
    </tr></thead>
    <tbody>${lines.map((line) => firstLine(line, own))}</tbody>
  </table>
  </div>
</section>`;
}

function firstLine(line: LineResult, own: string[]): Html {
  const options = optionWords(line);
  const cells = line.extra === null ? [] : (JSON.parse(line.extra) as string[]);
  return html`<tr>
  ${lineCell(line.line)}${cell('Area code', areaCell(line.areaCode))}
  ${cell('Type', typeName(line.type))}${numberCell('Numbers', count(line.requested))}
  ${numberCell('Orders', count(orderCount(line.requested)))}
  ${cell('Options', options === '' ? html`<span class="zero">–</span>` : options)}
  ${own.map((name, at) => cell(name, cells[at] ?? null, 'muted full'))}
</tr>`;
}
