/** The embedded ledger's folder is put back from an older copy, whole or in part. */
import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { copyAtInode } from '../support/same-inode.ts';
import { folderOnDisk } from '../support/temporary-folder.ts';
import {
  dataOf,
  openScene,
  outgrowCopy,
  type Scene,
  watchForList,
  watchToEnd,
} from './folder-scene.ts';
import { testSideBySide } from './side-by-side.ts';

/** Killed with more done than the copy knows. Returns how many requests were not answered. */
async function outliveCopy(scene: Scene): Promise<number> {
  const work = await outgrowCopy(scene);
  const { requests } = scene.vendor.books();
  work.kill('SIGKILL');
  await work.exited;
  return requests.filter(({ answered }) => !answered).length;
}

/** The database alone is put back: the journal beside it knows every attempt and every answer. */
async function database(): Promise<void> {
  const scene = await openScene();
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
const wholeFolder = () =>
  onlyTheListTells(openScene(), outliveCopy, ({ shell }) => {
    rmSync(dataOf(shell), { recursive: true });
    renameSync(join(shell.folder, 'copy'), dataOf(shell));
  });

/** The same, but for the empty file `lock`, which stays. The journal gets its old inode again. */
const allButLock = () =>
  onlyTheListTells(
    openScene({ DATA_DIR: join(folderOnDisk(), 'data') }),
    async (scene) => {
      const work = await outgrowCopy(scene);
      work.kill('SIGTERM');
      await work.exited;
    },
    ({ shell }) => {
      const [data, copy] = [dataOf(shell), join(shell.folder, 'copy')];
      rmSync(join(data, 'ledger'), { recursive: true });
      cpSync(join(copy, 'ledger'), join(data, 'ledger'), { recursive: true });
      copyAtInode(join(copy, 'journal.db'), join(data, 'journal.db'));
    },
  );

async function onlyTheListTells(
  opening: Promise<Scene>,
  outlive: (scene: Scene) => Promise<unknown>,
  putBack: (scene: Scene) => void,
): Promise<void> {
  const scene = await opening;
  const { shell } = scene;
  await outlive(scene);
  putBack(scene);

  const { code, reason } = await watchForList(shell);
  expect(code).toBe(4);
  expect(reason).toMatch(/the account owns \d+ numbers that the ledger does not know/);
  const taken = await shell.ask(['reconcile', '--accept', '--by', 'Ada']);
  expect(taken).toMatchObject({ code: 0 });
  await shell.run(['account', 'sandbox', '--resume', '--why', 'what the list shows is taken over']);
  const { bought, pending } = await watchToEnd(shell);
  const { sold } = await scene.verdict();
  expect({ pending, bought }).toEqual({ pending: 0, bought: sold });
}

testSideBySide({
  'a database that is put back beside its journal buys nothing twice, and is made whole': database,
  'a whole folder that is put back buys nothing twice, and a person takes over what the list shows':
    wholeFolder,
  'a folder that is put back beside its lock file buys nothing twice': allButLock,
});
