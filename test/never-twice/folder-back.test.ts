/** The embedded ledger's folder is put back from an older copy, whole or in part. */
import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { migrate } from '../../src/ledger/index.ts';
import { type Answer, openShell, openVendor, planOf, type Shell } from '../commands/shell.ts';
import { ledgerIn } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { judge, type Verdict } from './judge.ts';
import { testSideBySide } from './side-by-side.ts';

const ORDERS = 24;

type Scene = {
  shell: Shell;
  vendor: Awaited<ReturnType<typeof openVendor>>;
  /** What has arrived at the vendor. */
  arrived(): number;
  verdict(): Promise<Verdict>;
};

/** `timeoutS`: of a request, s. What it cuts off is unknown, too. */
async function openScene(timeoutS: number): Promise<Scene> {
  const vendor = await openVendor({ latencyMs: 500 });
  const shell = openShell({
    DIALOGTECH_URL: vendor.url,
    RATE: '5',
    REQUEST_TIMEOUT: String(timeoutS),
    RECONCILE_AFTER: '1',
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

const dataOf = ({ folder }: Shell) => join(folder, 'data');

/**
 * It may wait for the look at the vendor's list, which takes longer than a command usually does.
 */
async function watchToEnd(shell: Shell): Promise<Answer & { code: number | null }> {
  const { code, stdout } = await shell.start(['watch', '1', '--work', '--json']).exited;
  return { ...(JSON.parse(stdout) as Answer), code };
}

/**
 * Stopped in good order after a third, copied, and killed when the vendor has answered a third
 * more. Returns how many requests it had not answered then.
 */
async function outliveCopy({ shell, vendor, arrived }: Scene): Promise<number> {
  shell.file('plan.csv', planOf(...Array.from({ length: ORDERS }, (_, at) => 1 + at)));
  const order = shell.start(['order', 'plan.csv']);
  await until(() => arrived() >= ORDERS / 3, { what: 'a third has arrived' });
  order.kill('SIGTERM');
  await order.exited;
  cpSync(dataOf(shell), join(shell.folder, 'copy'), { recursive: true });
  const before = arrived();
  const work = shell.start(['watch', '1', '--work']);
  const answered = () => vendor.books().requests.filter((each) => each.answered).length;
  await until(() => answered() >= before + ORDERS / 3, { what: 'more is answered' });
  const inFlight = arrived() - answered();
  work.kill('SIGKILL');
  await work.exited;
  return inFlight;
}

/** The database alone is put back: the journal beside it knows every attempt and every answer. */
async function database(): Promise<void> {
  // Nothing waits for the time-out here, so that a slow machine has none.
  const scene = await openScene(60);
  const { shell } = scene;
  const inFlight = await outliveCopy(scene);
  rmSync(join(dataOf(shell), 'ledger'), { recursive: true });
  renameSync(join(shell.folder, 'copy', 'ledger'), join(dataOf(shell), 'ledger'));

  const watch = await watchToEnd(shell);
  expect(watch).toMatchObject({
    code: 4,
    reason: expect.stringMatching(/^The ledger has gone back.*account sandbox --resume/s),
  });
  await shell.run(['account', 'sandbox', '--resume', '--why', 'the journal knows it all']);
  const { bought, unknown, pending } = await watchToEnd(shell);
  const { sold, recorded, states } = await scene.verdict();
  expect(pending).toBe(0);
  // What was answered is in the journal, but for answers that had just left. What was in flight
  // when it was killed is unknown.
  expect(states.unknown ?? 0).toBeLessThanOrEqual(inFlight + 5);
  expect(unknown === 0 || sold > recorded).toBe(true);
  expect(recorded).toBe(bought);
}

/** All of the folder is put back, the journal with it: only the vendor's list can tell. */
async function wholeFolder(): Promise<void> {
  const scene = await openScene(2);
  const { shell } = scene;
  await outliveCopy(scene);
  rmSync(dataOf(shell), { recursive: true });
  renameSync(join(shell.folder, 'copy'), dataOf(shell));

  const { code, reason } = await watchToEnd(shell);
  expect(code).toBe(4);
  expect(reason).toMatch(/the account owns \d+ numbers that the ledger does not know/);
  const taken = await shell.ask(['reconcile', '--accept', '--by', 'Ada']);
  expect(taken.code).toBe(0);
  await shell.run(['account', 'sandbox', '--resume', '--why', 'what the list shows is taken over']);
  const { bought, pending } = await watchToEnd(shell);
  const { sold } = await scene.verdict();
  expect({ pending, bought }).toEqual({ pending: 0, bought: sold });
}

testSideBySide({
  'a database that is put back beside its journal buys nothing twice, and is made whole': database,
  'a whole folder that is put back buys nothing twice, and a person takes over what the list shows':
    wholeFolder,
});
