import { startOf } from '../harmless.ts';
import { type Ledger, orderId, type UnknownOrder, unknownOrders } from '../ledger/index.ts';
import { ORDER_MAX } from '../order-size.ts';
import { guarded, UNKNOWN_COLUMNS } from '../plan/index.ts';
import { type Piece, pieceOf, type Shape, type Table } from './csv.ts';

/** `unknown.csv`: the orders that need a person, each with its evidence. */
export function unknownTable(ledger: Ledger, planId: number, { separator }: Shape): Table {
  return { header: [...UNKNOWN_COLUMNS], pages: pages(ledger, planId, separator) };
}

async function* pages(ledger: Ledger, planId: number, separator: string): AsyncGenerator<Piece> {
  let after = orderId(planId, 0);
  while (true) {
    const page = await unknownOrders(ledger, { planId, after });
    const last = page.at(-1);
    if (!last) return;
    const rows = page.map((order) => [
      order.order,
      order.line,
      order.areaCode,
      order.type,
      // Recorded numbers are in numbers.csv and no longer in question.
      order.quantity - order.bought,
      order.sentAt.toISOString(),
      guarded(order.whatHappened),
      guarded(evidence(order)),
    ]);
    yield pieceOf(rows, separator);
    after = last.order;
  }
}

/** Enough for a decision; the ledger keeps the rest. */
const WORDS_MAX = 300;

/** What the vendor's list shows about the order, and the answer; '' when there is neither. */
function evidence(order: UnknownOrder): string {
  return [verdict(order), shortened(words(order))].filter((part) => part !== '').join('; ');
}

function verdict({ proposal }: UnknownOrder): string {
  if (!proposal) return '';
  const candidates = proposal.numbers.length > 0 ? ` (${proposal.numbers.join(' ')})` : '';
  return `list: ${proposal.finding}${candidates}. ${proposal.why}`;
}

/** Numbers that the vendor named and the order does not have, and the vendor's words. */
function words({ disputed, body }: UnknownOrder): string {
  const parts = [];
  if (disputed.length > 0) {
    const shown = disputed.slice(0, ORDER_MAX).join(' ');
    const more = disputed.length - ORDER_MAX;
    parts.push(`disputed: ${shown}${more > 0 ? ` and ${more} more` : ''}`);
  }
  const answer = oneLine(body ?? '');
  if (answer !== '') parts.push(`answer: ${answer}`);
  return parts.join('; ');
}

/** Also removes control characters: an answer may be anything. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function shortened(text: string): string {
  if (text.length <= WORDS_MAX) return text;
  return `${startOf(text, WORDS_MAX - 1)}…`;
}
