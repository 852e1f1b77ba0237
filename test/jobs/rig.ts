import { beforeAll } from 'vitest';
import { claimDeadlineMs } from '../../jobs/claim-deadline.ts';
import { type PlaceOrderContext, placeOrder } from '../../jobs/place-order.ts';
import { type Account, type Ledger, openBatches } from '../../src/ledger/index.ts';
import type { JobAnswer } from '../../src/queue/index.ts';
import type { BookedRequest, Sandbox } from '../../src/sandbox/index.ts';
import { openVendor, type Vendor } from '../../src/vendor/index.ts';
import { openWitness } from '../../src/witness/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { type OnLedger, onLedger } from '../support/on-ledger.ts';
import type { SmallPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';
import { enter, enteredPlan } from '../support/sending.ts';
import { openQuickLedger } from '../support/storage.ts';
import { sandboxOf } from '../support/workplace.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** A real ledger, a real sandbox and the real way to it, for all tests of a file. */
export type Rig = OnLedger & {
  sandbox: Sandbox;
  vendor: Vendor;
  /** A plan of one order, and the id of that. */
  newOrder(): Promise<{ plan: SmallPlan; id: number }>;
  /** Does the job of an order; without chance and without waiting, unless wished otherwise. */
  place(plan: SmallPlan, orderId: number, wishes?: Wishes): Promise<JobAnswer>;
  /** What has arrived at the vendor since this was last asked. */
  arrivals(): BookedRequest[];
};

export type Wishes = Partial<PlaceOrderContext> & { requestTimeoutMs?: number };

/** For one job: everyone's turn is now, nothing is left to chance and nothing waits. */
export function placingFor(
  { vendor, account, ...shop }: { ledger: Ledger; vendor: Vendor; account: Account },
  { requestTimeoutMs = REQUEST_TIMEOUT_MS, ledger = shop.ledger, ...wishes }: Wishes = {},
): PlaceOrderContext {
  const deadlineMs = claimDeadlineMs(requestTimeoutMs);
  const vendorAccount = () => (wishes.vendor ?? vendor).account();
  const claimant = { accountId: account.id, worker: 'worker 1', deadlineMs, vendorAccount };
  return {
    ledger,
    claimant,
    account: account.name,
    batches: openBatches(ledger, claimant, { witness: openWitness(null) }),
    pace: {
      turn: async () => ({
        moment: async () => {},
        isInTime: () => true,
        giveBack: () => {},
        drop: () => {},
      }),
      isClosed: () => false,
    },
    vendor,
    inFlight: (task) => task(() => {}),
    log: silentLog,
    now: () => performance.now(),
    date: Date.now,
    random: () => 0,
    sleep: async () => {},
    ...wishes,
  };
}

/** `rig` is filled before the first test. */
export function openRig(): Rig {
  const rig = {} as Rig;
  beforeAll(async () => {
    const ledger = await openQuickLedger();
    const sandbox = await sandboxOf({ stock: { '907': 12, '808': 0 } });
    const vendor = vendorAt(sandbox.url);
    let seen = 0;
    Object.assign(rig, {
      ...onLedger(ledger),
      sandbox,
      vendor,
      async newOrder() {
        const plan = await enteredPlan(ledger);
        return { plan, id: plan.orders[0]! };
      },
      async place(plan, orderId, wishes) {
        await enter(ledger, [orderId]);
        return placeOrder(orderId, placingFor({ ledger, vendor, account: plan.account }, wishes));
      },
      arrivals() {
        const { lastId, requests } = sandbox.books(seen);
        seen = lastId;
        return requests;
      },
    } satisfies Rig);
  });
  return rig;
}

/** The real client, closed at the end. */
export function vendorAt(url: string, timeoutMs = REQUEST_TIMEOUT_MS): Vendor {
  const vendor = openVendor({
    url,
    accessKey: 'sandbox',
    secretAccessKey: 'sandbox',
    timeoutMs,
    connections: 5,
  });
  atEnd(vendor.close);
  return vendor;
}
