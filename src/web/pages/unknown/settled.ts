import { withFullStop } from '../../../english.ts';
import { nameOf, type Settlement, shownOfSettlement } from '../../../ledger/index.ts';
import { seenOf } from '../../../seen.ts';
import { act, type RefusedForm } from '../components/act.ts';
import { areaCell, typeName } from '../components/line-words.ts';
import { count, counted } from '../components/numbers.ts';
import { pageText, withTimes } from '../components/page-text.ts';
import { exact } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';

export function settledCard(
  visit: Visit,
  settled: Settlement[],
  refused: RefusedForm | undefined,
): Html | null {
  if (settled.length === 0) return null;
  return html`<section class="card" aria-labelledby="settled-h" id="settled">
  <header><h2 id="settled-h">Settled recently</h2>
    <span class="muted small">can be taken back until the order is sent again</span></header>
  <ul class="files">${settled.map((each) => settledRow(visit, each, refused))}</ul>
</section>`;
}

function settledRow(
  { now, who, may }: Visit,
  each: Settlement,
  refused: RefusedForm | undefined,
): Html {
  const where =
    each.areaCode === null
      ? `, ${typeName(each.type).toLowerCase()}`
      : html` in ${areaCell(each.areaCode)}`;
  const objections =
    each.objections.length > 0 && ` Against the evidence: ${pageText(each.objections.join(' '))}`;
  const reason = each.why && html` Reason: “${withTimes(each.why, now)}”.`;
  return html`<li data-key="settled-${each.order}">
  <div><b>${outcome(each)}</b>${where},
    <a href="/plans/${each.plan}">${each.planName}</a>
    <span>order ${each.order}</span></div>
  ${may.submit && takeBack(each, who, refused)}
  <span class="d">${exact(each.at, now)}, by
    ${withFullStop(nameOf(each))}${reason}${objections}</span>
</li>`;
}

function takeBack(
  settlement: Settlement,
  who: string | null,
  refused: RefusedForm | undefined,
): Html {
  const { order, numbers } = settlement;
  const without =
    numbers.length > 0 && `, without the ${counted(numbers.length, 'number')} it was given`;
  return act({
    id: `undo-${order}`,
    to: `/unknown/${order}/undo`,
    opens: 'Take back…',
    says: html`The order becomes unknown again${without}. You can then settle it again.`,
    who,
    reason: { label: 'What was wrong?' },
    button: 'Take this back',
    tone: 'danger',
    hidden: { seen: seenOf(shownOfSettlement(settlement)) },
    refused,
  });
}

function outcome({ state, bought, quantity }: Settlement): string {
  if (bought > 0 || state === 'short')
    return `${count(bought)} of ${counted(quantity, 'number')} bought`;
  return `${counted(quantity, 'number')} not bought`;
}
