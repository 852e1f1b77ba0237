import {
  type Account,
  boughtNumbers,
  type Ledger,
  replaceSandboxUrl,
  sandboxUrl,
  strayNumbers,
} from '../ledger/index.ts';
import { openSandbox } from '../sandbox/index.ts';
import { openVendor, type Vendor, type VendorOptions } from '../vendor/index.ts';

/**
 * The shared sandbox as a vendor. After the process that ran the sandbox has ended, this process
 * finds or starts another one: when an order is not sent, and before a list is read.
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
    if (await isSandbox(sandbox.url)) return;
    const [oldVendor, oldSandbox] = [vendor, sandbox];
    sandbox = await shareSandbox(ledger, account);
    vendor = openVendor({ ...options, url: sandbox.url });
    await Promise.all([oldVendor.close(), oldSandbox.close()]);
  }

  function renewOnce(): Promise<void> {
    renewal ??= renew()
      .catch(() => {})
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  return {
    account: () => null,
    async order(request, gate) {
      const answer = await vendor.order(request, gate);
      if (answer.outcome === 'not_sent') void renewOnce();
      return answer;
    },
    async ownedNumbers() {
      await renewOnce();
      return vendor.ownedNumbers();
    },
    async close() {
      await renewal;
      await vendor.close();
      await sandbox.close();
    },
  };
}

/** The sandbox's latency, ms: slow enough for a person to watch a first run. */
const LATENCY_MS = 150;

type SharedSandbox = { url: string; close(): Promise<void> };

/**
 * Without keys every process buys from the sandbox, and all processes of a ledger must share its
 * books. The first process that finds no sandbox starts one and stores its address in the ledger.
 * When several start one at once, one wins and the others use it.
 *
 * A new sandbox never sells the numbers that the account already owns. It does not know what the
 * sandbox before it sold in answers that were lost, unless a list has shown those numbers.
 */
async function shareSandbox(ledger: Ledger, account: Account): Promise<SharedSandbox> {
  while (true) {
    const seen = await sandboxUrl(ledger, account.id);
    if (seen && (await isSandbox(seen))) return { url: seen, close: async () => {} };
    const own = await openSandbox({
      owned: await ownedNumbers(ledger, account.id),
      latencyMs: LATENCY_MS,
    });
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

async function ownedNumbers(ledger: Ledger, accountId: number): Promise<string[]> {
  const strays = await strayNumbers(ledger, accountId);
  return [...(await boughtNumbers(ledger, accountId)), ...strays.map(({ number }) => number)];
}

/** The sandbox's process may have died, and another program may use the port by now. */
async function isSandbox(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/sandbox/', url), { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { sandbox?: boolean }).sandbox === true;
  } catch {
    return false;
  }
}
