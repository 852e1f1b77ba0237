/**
 * The vendor's one path: checks the keys, and answers an order or a list. An order is decided and
 * booked the moment it arrives; latency and fault change only what is answered, and when.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { failed, WRONG_KEYS } from './answers.ts';
import { ELSEWHERE } from './area-codes.ts';
import type { BookKeeper } from './books.ts';
import type { FaultChooser } from './fault-mix.ts';
import { FAULTS, type Fault, type FaultName, xml } from './faults.ts';
import type { ListFaults } from './list-faults.ts';
import { type Order, readOrder, readOutline } from './order-parameters.ts';
import type { Owned } from './owned-numbers.ts';
import type { Random } from './random.ts';
import type { Sale, Sales } from './sales.ts';
import { stream } from './stream.ts';

export type VendorParts = {
  sales: Sales;
  books: BookKeeper;
  faults: FaultChooser;
  listFaults: ListFaults;
  owned: Owned;
  /** Whether the vendor's pace admits one more order at this moment. */
  admits: (now: number) => boolean;
  keysFit: (accessKey: string, secretAccessKey: string) => boolean;
  coin: Random;
  latencyMs: number;
  listLagMs: number;
  now: () => number;
};

/** Settles when an answer has begun, or when none will ever come. */
type VendorHandler = (query: URLSearchParams, response: ServerResponse) => Promise<void>;

export function openVendorHandler(parts: VendorParts): VendorHandler {
  const { books, faults, coin } = parts;

  function decide(query: URLSearchParams, { repeats = false, elsewhere = false }): Sale {
    if (!haveKeys(query)) return { refusal: WRONG_KEYS };
    const order = readOrder(query);
    if (typeof order === 'string') return { refusal: order };
    return parts.sales.sell(elsewhere ? movedElsewhere(order) : order, repeats);
  }

  function haveKeys(query: URLSearchParams): boolean {
    return parts.keysFit(query.get('access_key') ?? '', query.get('secret_access_key') ?? '');
  }

  async function order(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const at = parts.now();
    const outline = readOutline(query);
    const fault: FaultName = parts.admits(at) ? faults.choose(outline.search) : 'throttle';
    const { sells, waitMs = 0, answer, ...kind }: Fault = FAULTS[fault];
    const isSelling = sells === 'yes' || (sells === 'coin' && coin() < 0.5);
    const sale: Sale = isSelling ? decide(query, kind) : NOTHING;
    const { numbers, repeated } = 'refusal' in sale ? NONE : sale;
    response.once('finish', books.add({ at, ...outline, fault }, numbers, repeated));
    if (!answer) return;
    await wait(parts.latencyMs + waitMs);
    // Also after the client has hung up: the answer is lost, and the purchase stands.
    answer({ response, sale, random: coin });
  }

  async function list(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const until = parts.now() - parts.listLagMs;
    await wait(parts.latencyMs);
    if (!haveKeys(query)) return xml(response, failed(WRONG_KEYS));
    const format = query.get('format') || 'xml';
    if (format !== 'xml') return xml(response, failed('format must be xml'));
    await stream(response, 'text/xml', listNumbers(parts, until));
  }

  return async (query, response) => {
    const action = query.get('action');
    if (action === 'numbers.order') return order(query, response);
    if (action === 'routing.numbers') return list(query, response);
    xml(response, failed('Invalid action'));
  };
}

/** Never said: a fault that sells nothing has an answer of its own. */
const NOTHING: Sale = { refusal: '' };
const NONE: { numbers: number[]; repeated?: number } = { numbers: [] };

/** An order for a type has no area code to change. */
function movedElsewhere(order: Order): Order {
  return order.search === order.type ? order : { ...order, search: String(ELSEWHERE) };
}

async function wait(ms: number): Promise<void> {
  if (ms > 0) await pause(ms);
}

const OWNED_LABEL = 'Owned before';
const SOLD_LABEL = 'Unassigned';

/**
 * The answer to routing.numbers, in one piece however long: what was owned first, then what was
 * sold up to the moment `until` (milliseconds since 1970). A list fault changes it. As with the
 * real vendor, nothing in it says which order a number came from, nor when.
 */
function* listNumbers({ owned, books, listFaults }: VendorParts, until: number): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<data>\n';
  const truth = inTruth(owned, books, listFaults.until(until));
  for (const number of listFaults.about(truth)) {
    const label = owned.has(number) ? OWNED_LABEL : SOLD_LABEL;
    yield `<record><phone_label>${label}</phone_label>` +
      `<phone_number>${number}</phone_number></record>\n`;
  }
  yield '</data>';
}

function* inTruth(owned: Owned, books: BookKeeper, until: number): Generator<number> {
  yield* owned.numbers();
  yield* books.soldUntil(until);
}
