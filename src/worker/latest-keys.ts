import type { AccountConfig } from '../config/index.ts';
import type { Vendor } from '../vendor/index.ts';

/**
 * A vendor that uses the current keys at the current address. They are one pair: new keys never
 * go to the old address. A request in flight ends with those that it began with.
 */
export function withLatestKeys(
  settings: () => AccountConfig,
  open: (settings: AccountConfig) => Vendor,
): Vendor {
  let current = use(settings());
  const leaving = new Set<Promise<void>>();

  function use(now: AccountConfig) {
    return { pair: pairOf(now), ...held(open(now)) };
  }

  /** When the new vendor cannot be opened, the old one stays, and says why it sends nothing. */
  function replace(now: AccountConfig): void {
    const old = current;
    try {
      current = use(now);
    } catch {
      return;
    }
    const left = old.leave().finally(() => leaving.delete(left));
    leaving.add(left);
  }

  function latest() {
    const now = settings();
    if (pairOf(now) !== current.pair) replace(now);
    return current;
  }

  return {
    account: () => latest().vendor.account(),
    order: async (request, gate) => latest().ask((vendor) => vendor.order(request, gate)),
    ownedNumbers: async () => latest().ask((vendor) => vendor.ownedNumbers()),
    async close() {
      await Promise.all([current.vendor.close(), ...leaving]);
    },
  };
}

const pairOf = ({ url, accessKey, secretAccessKey }: AccountConfig) =>
  JSON.stringify([url, accessKey, secretAccessKey]);

function held(vendor: Vendor) {
  const inHand = new Set<Promise<unknown>>();
  return {
    vendor,
    ask<T>(question: (vendor: Vendor) => Promise<T>): Promise<T> {
      const answer = question(vendor);
      inHand.add(answer);
      return answer.finally(() => inHand.delete(answer));
    },
    /** Waits for the last request, then closes: a request that had not begun would fail. */
    async leave(): Promise<void> {
      await Promise.allSettled(inHand);
      await vendor.close();
    },
  };
}
