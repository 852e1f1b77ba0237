/** An embedded ledger's folder, what buys with it, and the vendor that counts. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../src/ledger/index.ts';
import {
  type Answer,
  embeddedLedger,
  openShell,
  openVendor,
  planOf,
  type Shell,
} from '../commands/shell.ts';
import type { Child } from '../support/child.ts';
import { ledgerIn } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { judge, type Verdict } from './judge.ts';

/** Many more than a drill waits for: a busy machine must not have bought all of them by then. */
const ORDERS = 60;
/** Orders before the folder is copied, and after that. */
export const SOME = 10;

export type Scene = {
  shell: Shell;
  vendor: Awaited<ReturnType<typeof openVendor>>;
  /** What has arrived at the vendor. */
  arrived(): number;
  verdict(): Promise<Verdict>;
};

export async function openScene(env: { DATA_DIR?: string } = {}): Promise<Scene> {
  const vendor = await openVendor({ latencyMs: 500 });
  const shell = openShell({
    DIALOGTECH_URL: vendor.url,
    RATE: '5',
    // Nothing waits for it: a busy machine must not make an order unknown, or a list unread.
    REQUEST_TIMEOUT: '60',
    RECONCILE_AFTER: '1',
    ...embeddedLedger(),
    ...env,
  });
  return {
    shell,
    vendor,
    arrived: () => vendor.books(Number.MAX_SAFE_INTEGER).lastId,
    async verdict() {
      const ledger = await ledgerIn(dataOf(shell));
      await migrate(ledger);
      return judge(ledger, vendor.books());
    },
  };
}

export const dataOf = ({ env }: Shell): string => env.DATA_DIR!;

/** Watches and works until the plan ends or needs a person. */
export const watchToEnd = (shell: Shell): Promise<Answer & { code: number }> =>
  shell.ask(['watch', '1', '--work']);

/**
 * The same for a ledger that only the vendor's list can vouch for: it is read once nothing that was
 * sent before can still be under way, and until then nothing is sent.
 */
export const watchForList = (shell: Shell): Promise<Answer & { code: number }> =>
  shell.ask(['watch', '1', '--work'], { REQUEST_TIMEOUT: '5' });

/**
 * Stopped in good order after some orders, and copied. Then the work goes on until the vendor has
 * answered some more; what does it still runs.
 */
export async function outgrowCopy({ shell, vendor, arrived }: Scene): Promise<Child> {
  shell.file('plan.csv', planOf(...Array.from({ length: ORDERS }, (_, at) => 1 + (at % 24))));
  const order = shell.start(['order', 'plan.csv']);
  await until(() => arrived() >= SOME, { what: 'some have arrived' });
  order.kill('SIGTERM');
  await order.exited;
  cpSync(dataOf(shell), join(shell.folder, 'copy'), { recursive: true });
  const before = arrived();
  const work = shell.start(['watch', '1', '--work']);
  const answered = () => vendor.books().requests.filter((each) => each.answered).length;
  await until(() => answered() >= before + SOME, { what: 'more is answered' });
  return work;
}
