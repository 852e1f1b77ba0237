/**
 * A vendor of our own, for trying things out: a real HTTP server with its own stock and books, that
 * sells made-up numbers and misbehaves on request. With the same seed the same requests one after
 * the other get the same numbers and the same tempers.
 */
import { randomInt } from 'node:crypto';
import { openAdmission } from './admission.ts';
import { type Books, openBooks } from './books.ts';
import { openControl } from './control.ts';
import { openCounter } from './counter.ts';
import { type ListLie, openListLies } from './list-lies.ts';
import { type Meant, type Mood, openMoods } from './moods.ts';
import { readOwned } from './owned.ts';
import { randomFrom } from './random.ts';
import { openServer } from './server.ts';
import type { StockLevels } from './shelves.ts';
import { openStock } from './stock.ts';
import { plain, SLOW_MS, type Temper } from './tempers.ts';

export type SandboxOptions = {
  /** 0, which is the default, takes any free port. */
  port?: number;
  /** Default 127.0.0.1: whoever reaches it can command it. */
  host?: string;
  /** Of all randomness. When absent every sandbox differs, so that runs do not sell the same. */
  seed?: number;
  /** Before every answer, in milliseconds; the sale itself is made at once. */
  latencyMs?: number;
  /** Orders per sliding second above which the answer is 429 with Retry-After: 1. */
  pace?: number;
  /** What is for sale; what is owned already comes off it. */
  stock?: StockLevels;
  /** Ten digits each: never sold, counted against the stock of their area code, and listed. */
  owned?: Iterable<string>;
  mood?: Mood;
  /** The only key that is accepted; when absent, any that is not blank. */
  accessKey?: string;
  secretAccessKey?: string;
  /** How long a number that was sold is missing from routing.numbers, in milliseconds. */
  listLagMs?: number;
  /** How much later than others the answer to routing.numbers begins; it shows what was so before. */
  listLatencyMs?: number;
  /** How routing.numbers lies; when absent it does not. */
  listLie?: ListLie;
  /** Milliseconds since 1970; moves the pace, the books and the list, but not the waiting. */
  now?: () => number;
};

export type Sandbox = AsyncDisposable & {
  /** Where the vendor's one path is. */
  url: string;
  /** The books after a request's id. All of them at once are big after a soak. */
  books(since?: number): Books;
  /** How the next order fares, or so many of them, or only those with this search. */
  next(temper: Temper, meant?: Meant): void;
  /** How orders fare at random from now on; null is calm. */
  setMood(mood: Mood | null): void;
  /** How the list of owned numbers lies from now on; null: it tells the truth. */
  setListLie(lie: ListLie | null): void;
  /** How many are for sale from now on, whatever was sold before. */
  setStock(levels: StockLevels): void;
  /** Lets what is in flight be answered; cuts what hangs. */
  close(): Promise<void>;
};

const VENDOR_PATH = '/ibp_api.php';

/** What a closing sandbox leaves to whoever is still reading a long list. */
const READING_MS = 3_000;

/** A stream of randomness for each purpose. */
const MOODS = 1;
const COINS = 2;

/**
 * Opens one that listens. Throws AppError `invalid_usage` when an option does not make sense; rejects
 * with Node's own error when its port is taken.
 */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { latencyMs = 0, listLagMs = 0, listLatencyMs = 0, now = Date.now } = options;
  const seed = options.seed ?? randomInt(2 ** 32);
  const owned = readOwned(options.owned);
  const stock = openStock(seed, owned, options.stock);
  const books = openBooks();
  const moods = openMoods(randomFrom(seed, MOODS), options.mood);
  const lies = openListLies(now, options.listLie);
  const counter = openCounter({
    stock,
    books,
    moods,
    lies,
    owned,
    admits: openAdmission(options.pace),
    keysFit: lock(options),
    coin: randomFrom(seed, COINS),
    latencyMs,
    listLagMs,
    listLatencyMs,
    now,
  });
  const control = openControl({ books, moods, lies, stock, seed, vendorPath: VENDOR_PATH });

  const server = await openServer(
    options.host ?? '127.0.0.1',
    options.port ?? 0,
    latencyMs + listLatencyMs + SLOW_MS + READING_MS,
    async (request, url, response) => {
      if (/^\/sandbox(\/|$)/.test(url.pathname)) return control(request, url, response);
      if (url.pathname !== VENDOR_PATH) return plain(response, 404, 'Not Found');
      if (request.method !== 'GET') return plain(response, 405, 'Method Not Allowed');
      return counter(url.searchParams, response);
    },
  );

  return {
    url: server.origin + VENDOR_PATH,
    books: (since = 0) => ({ ...books.totals(), requests: [...books.since(since)] }),
    next: moods.next,
    setMood: moods.set,
    setListLie: lies.set,
    setStock: stock.set,
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

function lock({ accessKey, secretAccessKey }: SandboxOptions) {
  return (key: string, secret: string): boolean =>
    (accessKey === undefined ? key !== '' : key === accessKey) &&
    (secretAccessKey === undefined ? secret !== '' : secret === secretAccessKey);
}
