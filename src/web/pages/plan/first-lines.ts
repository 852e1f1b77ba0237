import type { LineResult, PlanDocument } from '../../../ledger/index.ts';
import { orderCount } from '../../../order-size.ts';
import { areaCell, optionWords, typeName } from '../components/line-words.ts';
import { count, counted } from '../components/numbers.ts';
import { cell, heading, lineCell, numberCell, numberHeading } from '../components/table.ts';
import { type Html, html } from '../html.ts';

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
