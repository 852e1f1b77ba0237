/** The embedded ledger's folder is removed or replaced while a process buys with it. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { planOf, urlOf } from '../commands/shell.ts';
import { until } from '../support/until.ts';
import { dataOf, openScene, outgrowCopy, SOME, watchForList, watchToEnd } from './folder-scene.ts';
import { testSideBySide } from './side-by-side.ts';

const GONE = /The folder \S+ is no longer the one that this program opened \(.* is gone\)/;

/** A second's orders at most leave before each of them would be marked. */
const UNDER_WAY = 5;

/** The answers that come after the removal are told: their numbers are nowhere else. */
async function removed(): Promise<void> {
  const { shell, vendor, arrived } = await openScene();
  shell.file('plan.csv', planOf(...Array.from({ length: 4 * SOME }, () => 2)));
  const order = shell.start(['order', 'plan.csv']);
  const openAt = () => vendor.books().requests.filter(({ answered }) => !answered);
  await until(() => arrived() >= SOME && openAt().length > 0, { what: 'one is in flight' });
  rmSync(dataOf(shell), { recursive: true });
  const [before, late] = [arrived(), openAt()];
  const { code, stderr } = await order.exited;
  expect(code).toBe(1);
  expect(stderr).toMatch(GONE);
  expect(arrived()).toBeLessThanOrEqual(before + UNDER_WAY);
  expect(late.length).toBeGreaterThan(0);
  for (const { id } of late) {
    const { sold } = vendor.books(id - 1).requests[0]!;
    for (const number of sold) expect(stderr).toContain(String(number));
  }
}

/** A second process gets the folder that was put back: the lock of the first is of another file. */
async function replaced(): Promise<void> {
  const scene = await openScene();
  const { shell, arrived } = scene;
  const first = await outgrowCopy(scene);
  rmSync(dataOf(shell), { recursive: true });
  mkdirSync(dataOf(shell));
  cpSync(join(shell.folder, 'copy'), dataOf(shell), { recursive: true });
  const before = arrived();
  const second = watchForList(shell);
  expect(await first.exited).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is no longer the one that this program opened/),
  });
  expect(arrived()).toBeLessThanOrEqual(before + UNDER_WAY);
  const { code, reason } = await second;
  expect(code).toBe(4);
  expect(reason).toMatch(/the account owns \d+ numbers that the ledger does not know/);
  await shell.ask(['reconcile', '--accept', '--by', 'Ada']);
  await shell.run(['account', 'sandbox', '--resume', '--why', 'what the list shows is taken over']);
  const { bought, pending } = await watchToEnd(shell);
  const { sold } = await scene.verdict();
  expect({ pending, bought }).toEqual({ pending: 0, bought: sold });
}

/** Nothing is bought meanwhile: a worker's own beat finds it, and a server's next request. */
const ends = (command: 'up' | 'work' | 'serve') => async (): Promise<void> => {
  const { shell } = await openScene();
  const server = shell.start([command], { PORT: '0', LOG_LEVEL: 'info' });
  const url = command === 'work' ? null : await urlOf(server);
  if (url === null) await server.waitFor('worker started');
  rmSync(dataOf(shell), { recursive: true });
  if (command === 'serve') await fetch(url!).catch(() => {});
  expect(await server.exited).toMatchObject({ code: 1, stderr: expect.stringMatching(GONE) });
};

testSideBySide({
  'an order whose folder is removed ends, and tells the answers that it could not keep': removed,
  'a process whose folder is put back under it ends, and the next one buys nothing twice': replaced,
  'up whose folder is removed ends': ends('up'),
  'work whose folder is removed ends': ends('work'),
  'serve whose folder is removed ends': ends('serve'),
});
