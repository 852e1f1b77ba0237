/** The faults of an embedded ledger. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { builtPrograms } from '../support/built-program.ts';
import { guard } from '../support/guard.ts';
import { PATIENCE_MS } from '../support/until.ts';
import { type Folder, runOn } from './folder.ts';
import type { Place, Scene } from './scene.ts';
import { commonStrikes, LOSS, replaced } from './strikes.ts';

const CLI = builtPrograms()['bulk-order'];

export const FOLDER_SUBJECTS: Place['subjects'] = {
  kill: 'process',
  term: 'process',
  stop: 'process',
  long_stop: 'process',
  folder_back: 'process',
  power_cut: 'process',
  second_holder: 'process',
  vendor_gone: 'vendor',
  list_lies: 'list',
  clock_set: 'clock',
};

export function folderStrikes(scene: Scene, folder: Folder): Place['strikes'] {
  const { workers, complain } = scene;

  /** With the process gone: killed, or ended in good order. Another one is there after it. */
  async function without(operation: () => Promise<unknown>, isPolite: boolean): Promise<void> {
    const end = isPolite ? workers.term(0) : false;
    if (end) await end;
    else scene.kills += await workers.killAfter(async () => {});
    await operation();
    workers.start();
  }

  return {
    ...commonStrikes(scene),
    async folder_back({ at, forMs, whom }) {
      const { data, copy } = folder;
      const isPolite = whom % 4 < 2;
      await workers.ready();
      const take = ['sh', '-c', 'rm -rf "$2" && cp -a "$1" "$2"', 'sh', data, copy];
      await without(() => runOn(folder, take), isPolite);
      await scene.until(at + LOSS);
      await pause(forMs);
      // All of it, or the database alone.
      const [lost, kept] =
        whom % 2 === 0 ? [data, copy] : [join(data, 'ledger'), join(copy, 'ledger')];
      const put = ['sh', '-c', 'rm -rf "$1" && mv "$2" "$1"', 'sh', lost, kept];
      await without(() => runOn(folder, put), false);
    },
    async power_cut({ forMs }) {
      const { cutPower } = folder;
      if (!cutPower) return false;
      let putBack = () => {};
      const killed = await workers.killAfter(async (pids) => {
        putBack = await cutPower(pids);
      });
      putBack();
      return replaced(scene, killed, forMs);
    },
    async second_holder() {
      if (process.getuid?.() !== 0) return false;
      await workers.ready();
      const pid = workers.pid();
      if (pid === undefined) return false;
      const words = await elsewhere(folder, pid);
      if (words.includes('ledger_in_use')) return true;
      complain(`a second process wanted the folder, and was told: ${words.slice(-1_000)}`);
    },
  };
}

/**
 * What a worker says that is started in a namespace of its own, as in a container of the same name.
 */
async function elsewhere(folder: Folder, holder: number): Promise<string> {
  const there = ['nsenter', '--target', String(holder), '--mount'];
  const apart = ['unshare', '--pid', '--fork', '--kill-child'];
  const [program = '', ...args] = [
    ...there,
    ...apart,
    ...[process.execPath, CLI, '--json', 'work'],
  ];
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: '/', ...folder.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      words += text;
      // It is in.
      if (text.includes('worker started')) child.kill('SIGKILL');
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await once(child, 'close');
  clearTimeout(timer);
  return words;
}
