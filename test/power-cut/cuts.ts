import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { inMount, isStopped, makeImage } from '../support/disk-image.ts';
import { guard } from '../support/guard.ts';
import { NODE } from '../support/quick-node.ts';

/** What the embedded database may lose of its last work, ms: a sync each second, and the sync. */
const MAY_LOSE_MS = 3_000;

/** What was said to be done before the cut, and what is there after it. */
export type Cut = {
  afterMs: number;
  said: {
    marked: number;
    answered: number;
    stored: number;
    storedLongAgo: number;
    decided: number;
  };
  found: {
    isOriginal: boolean;
    warnings: string[];
    marked: number;
    answered: number;
    stored: number;
    decided: number;
    holes: number;
  };
  /** In sentences; none when all is well. */
  faults: string[];
};

/**
 * Cuts the power of a process that writes to the embedded ledger as fast as it can, once after each
 * of these times in ms. It stops the process, copies the image of its file system, and reads the
 * copy like a disk after a power cut. The copy lacks what the kernel had not written yet.
 */
export async function cutPower(folder: string, moments: number[]): Promise<Cut[]> {
  const image = join(folder, 'disk.img');
  makeImage(image);
  const cuts: Cut[] = [];
  for (const afterMs of moments) {
    const copy = join(folder, 'copy.img');
    const said = await writeUntil(image, makeFolder(folder, 'disk'), afterMs, () =>
      execFileSync('cp', ['--sparse=always', image, copy]),
    );
    const found = await read(copy, makeFolder(folder, 'copy'));
    cuts.push({ afterMs, said, found, faults: faultsOf(said, found) });
  }
  return cuts;
}

function makeFolder(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function start(image: string, place: string, program: string) {
  const script = join(import.meta.dirname, program);
  const [command = '', ...args] = inMount(image, place, [...NODE, script, join(place, 'data')]);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  guard(child);
  child.stdout.setEncoding('utf8');
  return child;
}

type Said = { what: string; order: number; at: number };

async function writeUntil(image: string, place: string, afterMs: number, copy: () => void) {
  const child = start(image, place, 'writer.ts');
  const output = outputOf(child);
  // Some cuts hit the making of the database, the others what comes after.
  if (afterMs >= 0) await output.isOpen;
  await pause(Math.abs(afterMs));
  child.kill('SIGSTOP');
  await isStopped(child.pid ?? 0);
  copy();
  const cutAt = Date.now();
  child.kill('SIGKILL');
  await once(child, 'close');
  const said = output.text().split('\n').slice(0, -1).map(readLine);
  const last = (what: string, before = Number.POSITIVE_INFINITY) =>
    said.findLast((line) => line.what === what && line.at < before)?.order ?? 0;
  return {
    marked: last('marked'),
    answered: last('answered'),
    stored: last('stored'),
    storedLongAgo: last('stored', cutAt - MAY_LOSE_MS),
    decided: last('decided'),
  };
}

function readLine(line: string): Said {
  const [what = '', ...figures] = line.split(' ');
  return { what, order: Number(figures.at(-2) ?? 0), at: Number(figures.at(-1)) };
}

function outputOf(child: ChildProcessByStdio<null, Readable, null>) {
  let text = '';
  const opened = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    if (text.includes('open')) opened.resolve();
  });
  child.once('close', () => opened.reject(new Error(`The writer ended too early: ${text}`)));
  opened.promise.catch(() => {});
  return { text: () => text, isOpen: opened.promise };
}

async function read(image: string, place: string): Promise<Cut['found']> {
  const child = start(image, place, 'reader.ts');
  let text = '';
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return JSON.parse(text) as Cut['found'];
}

function faultsOf(said: Cut['said'], found: Cut['found']): string[] {
  const faults: string[] = [];
  const atLeast = (what: string, wanted: number, is: number) => {
    if (is < wanted) faults.push(`${what} up to order ${wanted}, and ${is} is there`);
  };
  atLeast('marked', said.marked, found.marked);
  atLeast('answered', said.answered, found.answered);
  atLeast('decided', said.decided, found.decided);
  atLeast(`stored ${MAY_LOSE_MS} ms before`, said.storedLongAgo, found.stored);
  if (found.holes > 0) faults.push(`${found.holes} rows are missing in the middle`);
  if (said.stored > 0 && found.warnings.length > 0) faults.push(...found.warnings);
  if (said.marked > 0 && !found.isOriginal) faults.push('the folder is taken for a copy');
  return faults;
}
