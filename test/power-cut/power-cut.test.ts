import { expect, inject, test } from 'vitest';
import { startProgram } from '../support/child.ts';
import { findCommand } from '../support/find-command.ts';
import { NODE } from '../support/quick-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { cutPower } from './cuts.ts';
import '../support/provided.ts';
import { whyNoImages } from '../support/disk-image.ts';

const noImages = whyNoImages(inject('runFolder'));
const because = noImages ? ` (skipped: ${noImages})` : '';

test.skipIf(noImages)(
  `what is marked, answered or decided outlives a power cut${because}`,
  async () => {
    const cuts = await cutPower(temporaryFolder(), [-1_000, 300, 4_000]);
    expect(cuts.flatMap(({ faults }) => faults)).toEqual([]);
    expect(cuts.at(-1)?.said).toMatchObject({
      answered: expect.toSatisfy((order) => order > 100),
      decided: expect.toSatisfy((order) => order > 0),
      storedLongAgo: expect.toSatisfy((order) => order > 0),
    });
  },
  240_000,
);

const strace = findCommand('strace');

/** Batches that the writer makes under strace. */
const BATCHES = 5;

test.skipIf(!strace)(
  'a mark and an answer are synced before the journal says that they are kept',
  async () => {
    const cwd = temporaryFolder();
    const writer = startProgram(
      strace ?? '',
      [
        ...['-f', '-e', 'trace=fdatasync,fsync,write', '-e', 'signal=none'],
        ...[...NODE, `${import.meta.dirname}/writer.ts`, cwd, String(BATCHES)],
      ],
      { cwd },
    );
    const { stderr } = await writer.exited;
    const thread = /\[pid +\d+\](?= write\(1, "open )/.exec(stderr)?.[0] ?? 'nobody';
    const calls = stderr.split('\n').filter((line) => line.startsWith(thread));
    let isSynced = false;
    const told: string[] = [];
    for (const call of calls) {
      if (/ (fsync|fdatasync)\(.* = 0$/.test(call)) isSynced = true;
      const what = / write\(1, "(\w+) /.exec(call)?.[1];
      if (!what) continue;
      if (what === 'marked' || what === 'answered') {
        expect(isSynced, call).toBe(true);
        told.push(what);
      }
      isSynced = false;
    }
    expect(told).toEqual(Array.from({ length: BATCHES }, () => ['marked', 'answered']).flat());
  },
  240_000,
);
