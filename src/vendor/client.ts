import { AppError } from '../errors.ts';
import { scrubber } from '../scrub.ts';
import { type Answer, judge, notSent } from './answer.ts';
import { cachedLookup } from './cached-lookup.ts';
import { LARGEST_ANSWER } from './decode.ts';
import { listenerFault } from './listeners.ts';
import { type OwnedNumber, openNumberList } from './owned-numbers.ts';
import { type RefusalRule, readMeanings } from './refusals.ts';
import { faultOf, type OrderRequest, orderQuery, ownedNumbersQuery } from './request.ts';
import { openWire } from './wire.ts';

export type VendorOptions = {
  /** Where the API is. A URL without a path means the vendor's own, /ibp_api.php. */
  url: string;
  accessKey: string;
  secretAccessKey: string;
  /** How long an order may take once its first byte may have left. */
  timeoutMs: number;
  /** Orders in flight at most; further ones wait inside and have not begun. */
  connections: number;
  /** Tried before the built-in ones. */
  rules?: RefusalRule[];
};

export type Vendor = {
  /**
   * Sends one order at most once and says what is known of it. Never rejects and never repeats. An
   * answer other than `unknown` is proof; `unknown` means that numbers may have been bought.
   *
   * `mayStart` is asked at most once, at the last moment before the first byte. When it says no or
   * throws, nothing is sent. It may take no time: a connection waits for it.
   */
  order(request: OrderRequest, gate: { mayStart: () => boolean }): Promise<Answer>;
  /** Every number that the account owns. Throws `vendor_down` when the list cannot be had whole. */
  ownedNumbers(): Promise<OwnedNumber[]>;
  /** Waits for orders that are under way; those that have not begun end as `not_sent`. */
  close(): Promise<void>;
};

/**
 * Throws AppError `bad_config` for an address that is none, and when others would be shown the
 * keys.
 */
export function openVendor(options: VendorOptions): Vendor {
  const { accessKey, secretAccessKey, timeoutMs, connections } = options;
  const { origin, path } = addressOf(options.url);
  const listener = listenerFault();
  if (listener !== null) throw new AppError('bad_config', `No order can be placed: ${listener}.`);
  const scrub = scrubber([accessKey, secretAccessKey]);
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
    async order(request, { mayStart }) {
      const fault = faultOf(request) ?? listenerFault();
      if (fault !== null) return notSent(fault);
      const sent = await wire.send(`${path}?${orderQuery(options, request)}`, mayStart);
      return judge(sent, request, { meaningOf, scrub });
    },
    ownedNumbers: () => list.read(),
    async close() {
      await Promise.all([wire.close(), list.close()]);
    },
  };
}

/** Parsed once, here: a URL that is parsed with the keys in it throws an error that shows them. */
function addressOf(url: string): { origin: string; path: string } {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new AppError('bad_config', 'The vendor address is not an http or https URL.');
  }
  const { origin, pathname } = parsed;
  return { origin, path: pathname === '/' ? '/ibp_api.php' : pathname };
}
