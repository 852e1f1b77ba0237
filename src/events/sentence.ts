import { count, counted, firstOf, withFullStop } from '../english.ts';
import { type LedgerEvent, nameOf, shownFile } from '../ledger/index.ts';
import { isPart } from '../name-rule.ts';

type Done = LedgerEvent & { name: string };
type Sentence = (event: Done) => string;

/** What happened, as a sentence. A kind without words of its own is still shown. */
export function eventSentence(event: LedgerEvent): string {
  const done = { ...event, name: nameOf(event) };
  const say = Object.hasOwn(SENTENCES, event.kind) ? SENTENCES[event.kind] : undefined;
  return say ? say(done) : `${event.kind.replaceAll('_', ' ')}, by ${done.name}.`;
}

const SENTENCES: Record<string, Sentence> = {
  plan_submitted: ({ name }) => `Submitted by ${name}.`,
  plan_started: ({ name }) => `Started by ${name}.`,
  plan_paused: ({ name, who }) => {
    const paused = isPart(who) ? 'The plan paused itself' : `Paused by ${name}`;
    return `${paused}. Nothing new is sent.`;
  },
  plan_resumed: ({ name }) => `Resumed by ${name}.`,
  plan_cancelled: ({ name }) => `Cancelled by ${name}.`,
  plan_retried: ({ name, detail }) =>
    `${name} retried ${counted(Number(detail.orders), 'order')}.${against(detail)}`,
  plan_limited: ({ why }) => `Paused. ${reason(why)}`,
  plan_full: ({ why }) => reason(why),
  lines_closed: ({ name, detail: { line } }) =>
    typeof line === 'number'
      ? `${name} closed line ${count(line)}: it is not tried again.`
      : `Closed by ${name}: no line is tried again.`,
  order_settled: settled,
  order_unsettled: ({ name, who, orderId, detail }) => {
    const part = who === 'vendor' ? "The vendor's answer" : "The vendor's list";
    const by = isPart(who) ? part : name;
    const then = detail.is === 'short' ? 'it stays short' : 'it is unknown again';
    return `${by} took back the settlement of ${named(orderId)}: ${then}.`;
  },
  order_unknown: doubted,
  order_answered_late: ({ orderId, detail: { named: surplus, bought } }) =>
    surplus === undefined
      ? `Late answer: ${named(orderId)} bought ${counted(Number(bought), 'number')}.`
      : `Late answer: the vendor named ${counted(Number(surplus), 'number')} for ` +
        `${named(orderId)}, which was settled or sent again before.`,
  account_paused: ({ name, why, ...event }) =>
    pausedItself(event)
      ? `The account paused itself. ${reason(why)}`
      : `Account paused by ${name}.`,
  account_resumed: ({ name }) => `Account resumed by ${name}.`,
  account_limited: ({ why }) => `The account rests. ${reason(why)}`,
  account_rate: ({ name, detail: { rate } }) =>
    rate === null
      ? `Pace removed by ${name}: as fast as possible.`
      : `Pace set to ${count(Number(rate))} by ${name}.`,
  account_limits: ({ name }) => `Limits set by ${name}.`,
  account_prices: ({ name, detail }) =>
    `Prices ${detail.prices === null ? 'removed' : 'set'} by ${name}.`,
  account_approval: ({ name, detail }) =>
    `Approval threshold ${detail.approval === null ? 'removed' : 'set'} by ${name}.`,
  numbers_foreign: ({ name, detail }) =>
    `${name} said that ${numbersOf(detail)} bought outside this program.${against(detail)}`,
  numbers_not_foreign: ({ name, detail }) =>
    `${name} took back that ${numbersOf(detail)} bought outside this program.`,
  lost_plan_dismissed: ({ name, detail }) => {
    const file = shownFile(String(detail.file));
    return `${name} dismissed a lost plan, of file ${file}….${against(detail)}`;
  },
  queue_paused: ({ name }) =>
    `The queue was paused by ${name}. Nothing new is sent until it is resumed.`,
  queue_resumed: ({ name }) => `The queue was resumed by ${name}.`,
  queue_changed: ({ name, detail }) =>
    `${name} changed the queue on its board: ${String(detail.button)}.`,
  approval_wanted: ({ name, detail }) =>
    `${name} asked for another person's approval: ${wanted(detail)}.`,
  approval_given: ({ name, detail }) => `${name} approved: ${wanted(detail)}.`,
  approval_refused: ({ name, detail }) => `${name} refused: ${wanted(detail)}.`,
};

const NUMBERS_NAMED = 5;

/** Kinds whose sentence has the event's reason in it. */
const HAVE_REASON = ['account_limited', 'plan_limited', 'plan_full'];

/** The event's reason, unless its sentence has it. */
export const reasonBeside = (event: LedgerEvent): string | null =>
  HAVE_REASON.includes(event.kind) || pausedItself(event) ? null : event.why;

/** Whether the program paused an account by itself, so that a person must look. */
export const pausedItself = ({ kind, who }: Pick<LedgerEvent, 'kind' | 'who'>): boolean =>
  kind === 'account_paused' && (who === 'breaker' || who === 'witness');

const reason = (why: string | null) => withFullStop(why ?? '');

function wanted({ approval, kind, numbers }: Record<string, unknown>): string {
  const what = { retry: 'to retry', settle: 'to settle as nothing' }[String(kind)] ?? 'to start';
  return `${what}, ${counted(Number(numbers), 'number')} (approval ${count(Number(approval))})`;
}

function doubted({ who, orderId, detail }: Done): string {
  const orders = Number(detail.orders);
  const those = orderId === null ? counted(orders, 'order') : named(orderId);
  // In doubt for another reason, an order may also stay short.
  if (who !== 'sweep') return `In doubt: ${those}.`;
  return `No answer came in time: ${those} ${orders === 1 ? 'is' : 'are'} unknown.`;
}

function named(orderId: number | null): string {
  return orderId === null ? 'an order' : `order ${orderId}`;
}

function settled({ name, orderId, detail }: Done): string {
  const numbers = Array.isArray(detail.numbers) ? detail.numbers.length : 0;
  const order = named(orderId);
  if (detail.state === 'waiting') {
    return (
      `${name} settled ${order}: it bought nothing, and is sent again unless its plan is ` +
      `cancelled.${against(detail)}`
    );
  }
  return `${name} settled ${order}: it bought ${counted(numbers, 'number')}.${against(detail)}`;
}

function against({ againstEvidence }: Record<string, unknown>): string {
  if (!Array.isArray(againstEvidence)) return '';
  return ` That was against the evidence: ${againstEvidence.join(' ')}`;
}

function numbersOf({ numbers }: Record<string, unknown>): string {
  const named = Array.isArray(numbers) ? numbers : [];
  return `${firstOf(named, NUMBERS_NAMED)} ${named.length === 1 ? 'was' : 'were'}`;
}
