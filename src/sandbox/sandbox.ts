/**
 * A vendor of our own, for trying things out: a real HTTP server with its own stock and books. It
 * sells made-up numbers and misbehaves on request. The same seed gives the same numbers and faults
 * to the same requests, one after another, at the same moments.
 */
import { randomInt } from 'node:crypto';
import { type Books, openBooks } from './books.ts';
import { openControlHandler } from './control-handler.ts';
import { type FaultMix, openFaultChooser } from './fault-mix.ts';
import { plain, SLOW_MS } from './faults.ts';
import type { StockLevels } from './inventories.ts';
import { openListFaults } from './list-faults.ts';
import { readOwned } from './owned-numbers.ts';
import { randomFrom } from './random.ts';
import { openRateLimit } from './rate-limit.ts';
import { openSales } from './sales.ts';
import { openServer } from './server.ts';
import { openVendorHandler } from './vendor-handler.ts';

export type SandboxOptions = {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Of all randomness. When absent, every sandbox sells other numbers. */
  seed?: number;
  /** Before every answer, in milliseconds; the sale is made at once. */
  latencyMs?: number;
  /** Orders in any sliding second; above it the answer is 429 with Retry-After: 1. */
  pace?: number;
  /** How many numbers are on sale; those that are owned come off it. */
  stock?: StockLevels;
  /** Ten digits each: never sold, counted against the stock of their area code, and listed. */
  owned?: Iterable<string>;
  /** The faults that orders meet at random; when absent, none. */
  faultMix?: FaultMix;
  /** The only key that is accepted; when absent, any key that is not blank. */
  accessKey?: string;
  secretAccessKey?: string;
  /** How long routing.numbers lacks a number after its sale, in milliseconds. */
  listLagMs?: number;
  /** Milliseconds since 1970; for the pace, refills, the books and the list, not for waiting. */
  now?: () => number;
};

export type Sandbox = Awaited<ReturnType<typeof openSandbox>>;

const VENDOR_PATH = '/ibp_api.php';

/** How long a closing sandbox waits for a client that reads a long list. */
const READING_MS = 3_000;

/** A stream of randomness for each purpose. */
const FAULT_MIX = 1;
const COINS = 2;

/**
 * Opens a sandbox that listens. Throws AppError `invalid_usage` for an option that makes no sense,
 * and Node's own error when the port is taken.
 */
export async function openSandbox(options: SandboxOptions = {}) {
  const { latencyMs = 0, listLagMs = 0, now = Date.now } = options;
  const seed = options.seed ?? randomInt(2 ** 32);
  const owned = readOwned(options.owned);
  const sales = openSales(seed, owned, now, options.stock);
  const books = openBooks();
  const faults = openFaultChooser(randomFrom(seed, FAULT_MIX), options.faultMix);
  const listFaults = openListFaults(now);
  const vendor = openVendorHandler({
    sales,
    books,
    faults,
    listFaults,
    owned,
    admits: openRateLimit(options.pace),
    keysFit: lock(options),
    coin: randomFrom(seed, COINS),
    latencyMs,
    listLagMs,
    now,
  });
  const parts = { books, faults, listFaults, sales, seed, vendorPath: VENDOR_PATH };
  const control = openControlHandler(parts);

  const server = await openServer(
    options.port ?? 0,
    latencyMs + SLOW_MS + READING_MS,
    async (request, url, response) => {
      if (/^\/sandbox(\/|$)/.test(url.pathname)) return control(request, url, response);
      if (url.pathname !== VENDOR_PATH) return plain(response, 404, 'Not Found');
      if (request.method !== 'GET') return plain(response, 405, 'Method Not Allowed');
      return vendor(url.searchParams, response);
    },
  );

  return {
    /** The vendor's one path. */
    url: server.origin + VENDOR_PATH,
    /** The books after a request's id: whole books are big after a soak. */
    books: (since = 0): Books => ({ ...books.totals(), requests: [...books.since(since)] }),
    /** The fault that the next order meets, or the next orders in the scope. */
    next: faults.next,
    /** The faults that orders meet at random from now on; null: none. */
    setFaultMix: faults.setMix,
    /** How the list of owned numbers is false from now on; null: it is true. */
    setListFault: listFaults.set,
    /** How many are on sale from now on, whatever was sold before. */
    setStock: sales.setStock,
    /** Answers the requests in flight, and cuts those that hang. */
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

function lock({ accessKey, secretAccessKey }: SandboxOptions) {
  return (key: string, secret: string): boolean =>
    (accessKey === undefined ? key !== '' : key === accessKey) &&
    (secretAccessKey === undefined ? secret !== '' : secret === secretAccessKey);
}
