import { createHmac } from 'node:crypto';
import { AppError } from '../errors.ts';
import { scrubber } from '../scrub.ts';
import { type Answer, judge, notSent } from './answer/answer.ts';
import { LARGEST_ANSWER } from './answer/decode.ts';
import { type RefusalRule, readMeanings } from './answer/refusals.ts';
import { openNumberList } from './owned-numbers.ts';
import { faultOf, type OrderRequest, orderQuery, ownedNumbersQuery } from './request.ts';
import { cachedLookup } from './wire/dns-cache.ts';
import { listenerFault } from './wire/listener-check.ts';
import { type Gate, openWire } from './wire/wire.ts';

export type VendorOptions = {
  /** The API's address. Without a path, /ibp_api.php is added. */
  url: string;
  accessKey: string;
  secretAccessKey: string;
  /** How long an order, or reading the list, may take after its first byte, ms. */
  timeoutMs: number;
  /** The most orders in flight. Further orders wait and have not begun. */
  connections: number;
  /** Salts the fingerprint of the account. */
  salt?: string;
  /** Removes keys from the answers that are kept. By default it knows only the two keys above. */
  scrub?: (text: string) => string;
  /** Tried before the built-in rules. */
  rules?: RefusalRule[];
};

export type Vendor = {
  /**
   * A fingerprint of the address and the access key; null: a sandbox. Two fingerprints may belong
   * to one account.
   */
  account(): number | null;
  /**
   * Sends one order at most once and says what its answer means. Never rejects. An outcome other
   * than `unknown` is proof; `unknown` means that numbers may have been bought.
   */
  order(request: OrderRequest, gate: Gate): Promise<Answer>;
  /** Every number owned, ten digits each. Rejects with `vendor_down` unless the list is whole. */
  ownedNumbers(): Promise<string[]>;
  /** Waits for the orders under way. Those that have not begun end as `not_sent`. */
  close(): Promise<void>;
};

/**
 * Throws AppError `bad_config` for a wrong URL or rule, and when a module in this process would see
 * the keys.
 */
export function openVendor(options: VendorOptions): Vendor {
  const { accessKey, secretAccessKey, timeoutMs, connections } = options;
  const { origin, path } = addressOf(options.url);
  const listener = listenerFault();
  if (listener !== null) throw new AppError('bad_config', `No order can be placed: ${listener}.`);
  const { scrub = scrubber([accessKey, secretAccessKey]) } = options;
  const account = fingerprintOf(`${origin}${path} ${accessKey}`, options.salt);
  const meaningOf = readMeanings(options.rules);
  const lookup = cachedLookup();
  const wire = openWire({ origin, timeoutMs, connections, mostBytes: LARGEST_ANSWER, lookup });
  const list = openNumberList({
    origin,
    path: `${path}?${ownedNumbersQuery(options)}`,
    timeoutMs,
    lookup,
    scrub,
  });
  return {
    account: () => account,
    async order(request, gate) {
      const fault = faultOf(request) ?? listenerFault();
      if (fault !== null) return notSent(fault);
      const sent = await wire.send(`${path}?${orderQuery(options, request)}`, gate);
      return judge(sent, request, { meaningOf, scrub });
    },
    ownedNumbers: () => list.read(),
    async close() {
      await Promise.all([wire.close(), list.close()]);
    },
  };
}

/** 32 bits tell two accounts apart, and say nothing of a key. */
function fingerprintOf(text: string, salt = ''): number {
  return createHmac('sha256', salt).update(text).digest().readInt32BE();
}

/** Parsed before the keys are added: an error about a wrong URL shows the whole URL. */
function addressOf(url: string): { origin: string; path: string } {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new AppError('bad_config', 'The vendor address is not an http or https URL.');
  }
  const { origin, pathname } = parsed;
  return { origin, path: pathname === '/' ? '/ibp_api.php' : pathname };
}
