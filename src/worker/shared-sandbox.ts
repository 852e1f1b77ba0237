import {
  type Account,
  type Ledger,
  ownedNumbers,
  replaceSandboxUrl,
  sandboxUrl,
} from '../ledger/index.ts';
import { openSandbox } from '../sandbox/index.ts';
import { openVendor, type Vendor, type VendorOptions } from '../vendor/index.ts';

/**
 * The sandbox as a vendor. When it has gone (the process that had it ended), the next order that
 * cannot be delivered makes this process look for the one that took over, or take over itself.
 */
export async function openSandboxVendor(
  ledger: Ledger,
  account: Account,
  options: Omit<VendorOptions, 'url'>,
): Promise<Vendor> {
  let sandbox = await shareSandbox(ledger, account);
  let vendor = openVendor({ ...options, url: sandbox.url });
  let renewal: Promise<void> | undefined;

  async function renew(): Promise<void> {
    if (await answers(sandbox.url)) return;
    const gone = vendor;
    sandbox = await shareSandbox(ledger, account);
    vendor = openVendor({ ...options, url: sandbox.url });
    await gone.close();
  }

  return {
    async order(request, gate) {
      const answer = await vendor.order(request, gate);
      if (answer.outcome === 'not_sent') {
        renewal ??= renew()
          .catch(() => {})
          .finally(() => {
            renewal = undefined;
          });
      }
      return answer;
    },
    ownedNumbers: () => vendor.ownedNumbers(),
    async close() {
      await renewal;
      await vendor.close();
      await sandbox.close();
    },
  };
}

/** Slow enough that a first try can be watched. */
const LATENCY_MS = 150;

type SharedSandbox = {
  /** Where it is at the moment. */
  url: string;
  close(): Promise<void>;
};

/**
 * Without keys every process buys from the sandbox, and all that share a ledger must share its
 * books. The first to find none listening opens one and puts its address into the ledger; of
 * several that do so at once, one wins and the others use that one.
 *
 * It starts with the numbers that the account owns already, so it never sells them again, neither
 * after a restart nor when another process has to take over.
 */
async function shareSandbox(ledger: Ledger, account: Account): Promise<SharedSandbox> {
  while (true) {
    const seen = await sandboxUrl(ledger, account.id);
    if (seen && (await answers(seen))) return { url: seen, close: async () => {} };
    const owned = await ownedNumbers(ledger, account.id);
    const own = await openSandbox({ owned, latencyMs: LATENCY_MS });
    if (await replaceSandboxUrl(ledger, account.id, seen, own.url)) {
      return {
        url: own.url,
        async close() {
          await replaceSandboxUrl(ledger, account.id, own.url, null).catch(() => {});
          await own.close();
        },
      };
    }
    await own.close();
  }
}

/** The listening process may have died; its port may even belong to something else by now. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/sandbox/', url), { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { sandbox?: boolean }).sandbox === true;
  } catch {
    return false;
  }
}
