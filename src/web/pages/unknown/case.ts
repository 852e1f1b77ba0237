import type { PlanDocument, UnknownOrder } from '../../../ledger/index.ts';
import type { Refused } from '../components/act.ts';
import { areaCell, typeName } from '../components/line-words.ts';
import { modeTag } from '../components/mode.ts';
import { count, counted, ordinal, phone } from '../components/numbers.ts';
import { exact } from '../components/times.ts';
import { codesOf, withoutCodes, withTimes } from '../components/told.ts';
import { flag, type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';
import { settleForms } from './settle-forms.ts';

type Shown = { refused: Refused | undefined; isOne: boolean; filter: number | null };

/** One order in a compact row: the evidence, the ways to settle it, and folded away what was sent and came back. */
export function unknownCase(
  visit: Visit,
  order: UnknownOrder,
  plan: PlanDocument,
  { refused, isOne, filter }: Shown,
): Html {
  const lacking = order.quantity - order.bought;
  const where =
    order.areaCode === null ? typeName(order.type).toLowerCase() : areaCell(order.areaCode);
  const kind = order.areaCode !== null && order.type !== 'local' && `, ${typeName(order.type)}`;
  return html`<article class="card case" id="o${order.order}" data-key="${order.order}" aria-labelledby="h${order.order}">
  <header><h2 id="h${order.order}"><a class="title" href="/unknown?order=${order.order}">${counted(lacking, 'number')} in ${where}${kind}</a></h2><span class="row small"><a href="/plans/${plan.id}">${plan.name}</a>${modeTag(plan.mode)}<span class="muted">${plan.account} · order ${count(ordinal(order.order))}</span></span></header>
  <div class="evidence">${evidence(order, visit)}</div>
  <div class="settle">${settleForms(visit, order, lacking, { refused, isOne, filter })}
  <details${flag('open', isOne)}><summary>What was sent and came back</summary><div class="facts">${sent(order, visit)}${cameBack(order)}</div></details></div>
</article>`;
}

function sent(order: UnknownOrder, { now }: Visit): Html {
  return html`<section><h3>What we sent</h3><dl class="kv"><dt>When</dt><dd>${exact(order.sentAt, now)}</dd><dt>Asked for</dt><dd>${counted(order.quantity, `${typeName(order.type).toLowerCase()} number`)}, line ${count(order.line)}</dd>${order.bought > 0 && html`<dt>Recorded</dt><dd>${counted(order.bought, 'number')} already</dd>`}</dl><pre>${parametersOf(order)}</pre></section>`;
}

/** As it went out, without the keys, which are never shown. */
function parametersOf(order: UnknownOrder): string {
  const parameters = [
    ['action', 'numbers.order'],
    ['type', order.type],
    ['search', order.areaCode],
    ['quantity', order.quantity],
    ['fill_quantity', order.fillQuantity],
    ['cleansed_only', order.cleansedOnly],
    ['distance', order.distance],
    ['sms_supported', order.smsSupported],
    ['order_slot', order.orderSlot],
    ['allow_overlay', order.allowOverlay],
  ] as const;
  return parameters
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'boolean' ? Number(value) : value}`)
    .join(' ');
}

/** Of an answer so much is shown; the ledger keeps more. */
const BODY_SHOWN = 1_000;

function cameBack({ whatHappened, status, body, disputed }: UnknownOrder): Html {
  const text = body?.trim() ?? '';
  const details = [...(status === null ? [] : [`HTTP ${status}`]), ...codesOf(whatHappened)];
  return html`<section><h3>What came back</h3><p>${withoutCodes(whatHappened) || 'Nothing.'}</p>${text !== '' && html`<pre>${text.slice(0, BODY_SHOWN)}${text.length > BODY_SHOWN && '…'}</pre>`}${details.length > 0 && html`<details class="small muted"><summary>Details</summary>${details.join(', ')}</details>`}${disputed.length > 0 && html`<p>It named ${counted(disputed.length, 'number')} that this order does not have: ${disputed.map(phone).join(', ')}.</p>`}</section>`;
}

const VERDICTS = {
  bought: ['done', 'It very likely bought these'],
  nothing: ['wait', 'It very likely bought nothing'],
  open: ['ask', 'A person must decide'],
  later: ['wait', 'Too early to tell'],
} as const;

function evidence({ proposal, whatHappened }: UnknownOrder, { now }: Visit): Html {
  if (!proposal) {
    return html`<p><span class="pill wait">No evidence yet</span> <span class="muted">A running worker looks at the list of numbers on the account, some time after the answer was due. ${withoutCodes(whatHappened)}</span></p>`;
  }
  const [tone, words] = VERDICTS[proposal.finding];
  const n = proposal.finding === 'bought' ? ` ${count(proposal.numbers.length)}` : '';
  return html`<p><span class="pill ${tone}">${words}${n}</span> ${withTimes(proposal.why, now)}${proposal.numbers.length > 0 && html` <span class="numbers small muted">${proposal.numbers.map(phone).join(', ')}</span>`}</p>`;
}
