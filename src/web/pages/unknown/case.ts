import type { PlanDocument, UnknownOrder } from '../../../ledger/index.ts';
import { areaCell, typeName } from '../components/line-words.ts';
import { modeTag } from '../components/mode.ts';
import { count, counted, phone } from '../components/numbers.ts';
import { codesOf, pageText, withTimes } from '../components/page-text.ts';
import { exact } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';
import { type FormsShown, settleForms } from './settle-forms.ts';

/** One order: the evidence, the ways to settle it, and folded away, the request and its answer. */
export function unknownCase(
  visit: Visit,
  order: UnknownOrder,
  plan: PlanDocument,
  shown: FormsShown,
): Html {
  const id = order.order;
  const lacking = order.quantity - order.bought;
  const [of, where] =
    order.areaCode === null
      ? [`${typeName(order.type).toLowerCase()} `, null]
      : ['', html` in ${areaCell(order.areaCode)}`];
  const kind = order.areaCode !== null && order.type !== 'local' && `, ${typeName(order.type)}`;
  const instead = order.insteadOf !== null && html` in place of ${areaCell(order.insteadOf)}`;
  const title = html`${counted(lacking, `${of}number`)}${where}${kind}${instead}`;
  return html`<article class="card case" id="o${id}" data-key="${id}" aria-labelledby="h${id}">
  <header>
    <h2 id="h${id}"><a class="title" href="/unknown?order=${id}">${title}</a></h2>
    <span class="row small">
      <a href="/plans/${plan.id}">${plan.name}</a>${modeTag(plan.mode)}
      <span class="muted">${plan.account} · order ${id}</span>
    </span>
  </header>
  <div class="evidence">${evidence(order, visit)}</div>
  <div class="settle">
    ${visit.may.submit && settleForms(visit, order, plan, shown)}
    <details${shown.isOne && html` open`}><summary>What was sent and came back</summary>
      <div class="facts">${sent(order, visit)}${cameBack(order)}</div></details>
  </div>
</article>`;
}

const VERDICTS = {
  bought: ['done', 'It very likely bought these'],
  nothing: ['wait', 'It very likely bought nothing'],
  open: ['ask', 'A person must decide'],
  later: ['wait', 'Too early to tell'],
} as const;

function evidence({ proposal, whatHappened }: UnknownOrder, { now }: Visit): Html {
  if (!proposal) {
    return html`<p><span class="pill wait">No evidence yet</span>
      <span class="muted">Some time after the answer was due, a running worker reads the list of
        numbers on the account. ${pageText(whatHappened)}</span></p>`;
  }
  const { finding, numbers, why } = proposal;
  const [tone, words] = VERDICTS[finding];
  const n = finding === 'bought' ? ` ${count(numbers.length)}` : '';
  const list = numbers.map(phone).join(', ');
  const whose = finding !== 'bought' && 'New on the account, perhaps of other orders: ';
  return html`<p><span class="pill ${tone}">${words}${n}</span>
    ${withTimes(why, now)}
    ${list !== '' && html`<span class="numbers small muted">${whose}${list}</span>`}</p>`;
}

function sent(order: UnknownOrder, { now }: Visit): Html {
  const asked = counted(order.quantity, `${typeName(order.type).toLowerCase()} number`);
  const recorded =
    order.bought > 0 && html`<dt>Recorded</dt><dd>${counted(order.bought, 'number')} already</dd>`;
  return html`<section><h3>What we sent</h3>
  <dl class="kv">
    <dt>When</dt><dd>${exact(order.sentAt, now)}</dd>
    <dt>Asked for</dt><dd>${asked}, line ${count(order.line)}</dd>
    ${recorded}
  </dl>
  <pre>${parametersOf(order)}</pre></section>`;
}

/** The query of the request without its keys, which are never shown. */
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

/** Characters of an answer that are shown; the ledger has more. */
const BODY_SHOWN = 1_000;

function cameBack({ whatHappened, status, body, disputed }: UnknownOrder): Html {
  const text = body?.trim() ?? '';
  const shown = html`${text.slice(0, BODY_SHOWN)}${text.length > BODY_SHOWN && '…'}`;
  const codes = [...(status === null ? [] : [`HTTP ${status}`]), ...codesOf(whatHappened)];
  const details = html`<details class="small muted"><summary>Details</summary>
    ${codes.join(', ')}</details>`;
  const named = html`<p>It named ${counted(disputed.length, 'number')} that this order does not
    have: ${disputed.map(phone).join(', ')}.</p>`;
  return html`<section><h3>What came back</h3>
  <p>${pageText(whatHappened) || 'Nothing.'}</p>
  ${text !== '' && html`<pre>${shown}</pre>`}
  ${codes.length > 0 && details}${disputed.length > 0 && named}</section>`;
}
