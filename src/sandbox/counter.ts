/**
 * Where the vendor is asked, its one path: which action, whose keys, and then an order or a list. An
 * order is decided and booked the moment it arrives; latency and temper only bear on what is said
 * about it, and when.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { failed, WRONG_KEYS } from './answers.ts';
import { ELSEWHERE } from './areas.ts';
import type { BookKeeper } from './books.ts';
import type { ListLies } from './list-lies.ts';
import { listNumbers } from './listing.ts';
import type { Moods } from './moods.ts';
import type { Owned } from './owned.ts';
import { type Order, readOrder, readOutline } from './parameters.ts';
import type { Random } from './random.ts';
import type { Sale, Stock } from './stock.ts';
import { stream } from './streaming.ts';
import { rowOf, type Temper, xml } from './tempers.ts';

export type CounterParts = {
  stock: Stock;
  books: BookKeeper;
  moods: Moods;
  lies: ListLies;
  owned: Owned;
  /** Whether the vendor's pace admits one more order at this moment. */
  admits: (now: number) => boolean;
  keysFit: (accessKey: string, secretAccessKey: string) => boolean;
  coin: Random;
  latencyMs: number;
  listLagMs: number;
  listLatencyMs: number;
  now: () => number;
};

/** Settles when nothing more is due: once an answer was begun, or when none will ever come. */
export type Counter = (query: URLSearchParams, response: ServerResponse) => Promise<void>;

export function openCounter(parts: CounterParts): Counter {
  const { books, moods, coin } = parts;

  function decide(query: URLSearchParams, { repeats = false, elsewhere = false }): Sale {
    if (!haveKeys(query)) return { refusal: WRONG_KEYS };
    const order = readOrder(query);
    if (typeof order === 'string') return { refusal: order };
    return parts.stock.sell(elsewhere ? movedElsewhere(order) : order, repeats);
  }

  function haveKeys(query: URLSearchParams): boolean {
    return parts.keysFit(query.get('access_key') ?? '', query.get('secret_access_key') ?? '');
  }

  async function order(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const at = parts.now();
    const outline = readOutline(query);
    const temper: Temper = parts.admits(at) ? moods.choose(outline.search) : 'throttle';
    const { sells, waitMs = 0, answer, ...kind } = rowOf(temper);
    const isSelling = sells === 'yes' || (sells === 'coin' && coin() < 0.5);
    const sale: Sale = isSelling ? decide(query, kind) : NOTHING;
    const { numbers, repeated } = 'refusal' in sale ? NONE : sale;
    response.once('finish', books.add({ at, ...outline, temper }, numbers, repeated));
    if (!answer) return;
    await wait(parts.latencyMs + waitMs);
    // Said to whoever has hung up meanwhile too: it is lost, and the purchase stands.
    answer({ response, sale, random: coin });
  }

  async function list(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const until = parts.now() - parts.listLagMs;
    await wait(parts.latencyMs + parts.listLatencyMs);
    if (!haveKeys(query)) return xml(response, failed(WRONG_KEYS));
    const format = query.get('format') || 'xml';
    if (format !== 'xml' && format !== 'csv') {
      return xml(response, failed('format must be xml or csv'));
    }
    const { owned, lies } = parts;
    await stream(response, `text/${format}`, listNumbers(format, { owned, books, lies }, until));
  }

  return async (query, response) => {
    const action = query.get('action');
    if (action === 'numbers.order') return order(query, response);
    if (action === 'routing.numbers') return list(query, response);
    xml(response, failed('Invalid action'));
  };
}

/** A temper that sells nothing has words of its own, so this reason is never said. */
const NOTHING: Sale = { refusal: '' };
const NONE: { numbers: number[]; repeated?: number } = { numbers: [] };

/** An order for a type has no area code that could be another one. */
function movedElsewhere(order: Order): Order {
  return order.search === order.type ? order : { ...order, search: String(ELSEWHERE) };
}

async function wait(ms: number): Promise<void> {
  if (ms > 0) await pause(ms);
}
