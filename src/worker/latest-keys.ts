import type { AccountConfig } from '../config/index.ts';
import type { Vendor } from '../vendor/index.ts';

/** A vendor that uses the current keys. A request in flight ends with the keys it began with. */
export function withLatestKeys(
  settings: () => AccountConfig,
  open: (settings: AccountConfig) => Vendor,
): Vendor {
  let current = use(settings());
  const leaving = new Set<Promise<void>>();

  function use(now: AccountConfig) {
    return { keys: keysOf(now), vendor: open(now), inHand: new Set<Promise<unknown>>() };
  }

  /** When the new vendor cannot be opened, the old one stays, and says why it sends nothing. */
  function replace(now: AccountConfig): void {
    const old = current;
    try {
      current = use(now);
    } catch {
      return;
    }
    const left = leave(old).finally(() => leaving.delete(left));
    leaving.add(left);
  }

  function latest() {
    const now = settings();
    if (keysOf(now) !== current.keys) replace(now);
    return current;
  }

  async function ask<T>(question: (vendor: Vendor) => Promise<T>): Promise<T> {
    const { vendor, inHand } = latest();
    const answer = question(vendor);
    inHand.add(answer);
    try {
      return await answer;
    } finally {
      inHand.delete(answer);
    }
  }

  return {
    account: () => latest().vendor.account(),
    order: (request, gate) => ask((vendor) => vendor.order(request, gate)),
    ownedNumbers: () => ask((vendor) => vendor.ownedNumbers()),
    async close() {
      await Promise.all([current.vendor.close(), ...leaving]);
    },
  };
}

const keysOf = ({ accessKey, secretAccessKey }: AccountConfig) =>
  JSON.stringify([accessKey, secretAccessKey]);

/** Waits for the vendor's last request, then closes it: a request that had not begun would fail. */
async function leave({ vendor, inHand }: { vendor: Vendor; inHand: Set<Promise<unknown>> }) {
  await Promise.allSettled(inHand);
  await vendor.close();
}
