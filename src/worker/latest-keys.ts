import type { AccountConfig } from '../config/index.ts';
import type { Vendor } from '../vendor/index.ts';

/**
 * A vendor that uses the current keys at the current address. New keys never go to the old address.
 * A request in flight ends with the keys and the address with which it began.
 */
export function withLatestKeys(
  settings: () => AccountConfig,
  open: (settings: AccountConfig) => Vendor,
): Vendor {
  let current = openWith(settings());
  const closing = new Set<Promise<void>>();

  function openWith(now: AccountConfig) {
    return { access: accessOf(now), ...trackRequests(open(now)) };
  }

  /** When the new vendor cannot be opened, the old one stays, and says why it sends nothing. */
  function replace(now: AccountConfig): void {
    const old = current;
    try {
      current = openWith(now);
    } catch {
      return;
    }
    const closed = old.closeWhenIdle().finally(() => closing.delete(closed));
    closing.add(closed);
  }

  function latest() {
    const now = settings();
    if (accessOf(now) !== current.access) replace(now);
    return current;
  }

  return {
    account: () => latest().vendor.account(),
    order: async (request, gate) => latest().ask((vendor) => vendor.order(request, gate)),
    ownedNumbers: async () => latest().ask((vendor) => vendor.ownedNumbers()),
    async close() {
      await Promise.all([current.vendor.close(), ...closing]);
    },
  };
}

const accessOf = ({ url, accessKey, secretAccessKey }: AccountConfig) =>
  JSON.stringify([url, accessKey, secretAccessKey]);

function trackRequests(vendor: Vendor) {
  const inFlight = new Set<Promise<unknown>>();
  return {
    vendor,
    ask<T>(question: (vendor: Vendor) => Promise<T>): Promise<T> {
      const answer = question(vendor);
      inFlight.add(answer);
      return answer.finally(() => inFlight.delete(answer));
    },
    /** `close` alone would fail the requests that have not begun. */
    async closeWhenIdle(): Promise<void> {
      await Promise.allSettled(inFlight);
      await vendor.close();
    },
  };
}
