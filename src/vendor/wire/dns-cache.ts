import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A vendor that moves is found within this, ms: the shortest common time to live. */
const FRESH_MS = 30_000;

/** After this, ms, addresses that are known already are used. */
const RESOLVE_WITHIN_MS = 2_000;

export type Resolve = (hostname: string, options: { all: true }) => Promise<LookupAddress[]>;

/**
 * A DNS lookup with a cache. Each order has its own connection and would look the name up again, on
 * the four threads that also read files. Concurrent lookups share one query. When the resolver
 * fails or is slow, the last known addresses are used. TLS checks the name, so a wrong address is
 * harmless.
 */
export function cachedLookup(
  resolve: Resolve = lookup,
  now: () => number = () => performance.now(),
): LookupFunction {
  const known = new Map<string, { addresses: LookupAddress[]; askedAt: number }>();
  const asking = new Map<string, Promise<LookupAddress[]>>();

  function ask(hostname: string): Promise<LookupAddress[]> {
    const answer = resolve(hostname, { all: true })
      .then((addresses) => {
        known.set(hostname, { addresses, askedAt: now() });
        return addresses;
      })
      .finally(() => asking.delete(hostname));
    asking.set(hostname, answer);
    return answer;
  }

  async function addressesOf(hostname: string): Promise<LookupAddress[]> {
    const last = known.get(hostname);
    if (last && now() - last.askedAt < FRESH_MS) return last.addresses;
    const answer = asking.get(hostname) ?? ask(hostname);
    if (!last) return answer;
    return Promise.race([
      answer.catch(() => last.addresses),
      sleep(RESOLVE_WITHIN_MS, last.addresses, { ref: false }),
    ]);
  }

  return (hostname, options, callback) => {
    addressesOf(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
