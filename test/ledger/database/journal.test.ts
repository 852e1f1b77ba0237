import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { lockFolder } from '../../../src/ledger/database/embedded/folder-lock.ts';
import type { JournalEntry } from '../../../src/ledger/database/embedded/journal.ts';
import { openJournal } from '../../../src/ledger/database/embedded/open-journal.ts';
import { atEnd } from '../../support/clean-up.ts';
import { inMount, makeImage, whyNoImages } from '../../support/disk-image.ts';
import { NODE } from '../../support/quick-node.ts';
import { copyAtInode } from '../../support/same-inode.ts';
import { folderOnDisk, temporaryFolder } from '../../support/temporary-folder.ts';

/** The journal of a folder, locked as in the program. */
function openIn(folder: string, isNew = false) {
  const release = lockFolder(folder, 'test');
  const journal = openJournal(folder, isNew);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    journal.close();
    release();
  };
  atEnd(close);
  return {
    mark: journal.mark.bind(journal),
    answer: journal.answer.bind(journal),
    position: journal.position.bind(journal),
    since: journal.since.bind(journal),
    adopt: journal.adopt.bind(journal),
    isOriginalFor: journal.isOriginalFor.bind(journal),
    isOriginal: journal.isOriginal,
    warnings: journal.warnings,
    journal,
    close,
  };
}

const newJournal = () => openIn(temporaryFolder(), true);

type Attempt = Omit<JournalEntry, 'position' | 'answer'>;

const attempt = (overrides: Partial<Attempt> = {}): Attempt => ({
  planKey: 'file:1',
  order: 1,
  attempt: 1,
  nonce: 7,
  quantity: 25,
  worker: 'worker 1',
  claimedAt: '2026-01-01T00:00:00.000Z',
  ...overrides,
});

const answerTo = ({ planKey, order, attempt }: Attempt, answer: string) => ({
  planKey,
  order,
  attempt,
  answer,
});

test('an attempt is marked once: of a second mark it says so, and keeps what it knows', () => {
  const { mark, since } = newJournal();
  expect(mark([attempt(), attempt({ order: 2 })])).toEqual([false, false]);
  expect(mark([attempt({ nonce: 8 }), attempt({ order: 3 })])).toEqual([true, false]);
  expect(mark([attempt({ attempt: 2 }), attempt({ planKey: 'file:2' })])).toEqual([false, false]);
  const [known] = [...since(0)].flat();
  expect(known).toEqual({ ...attempt(), position: 1, answer: null });
});

test('a later attempt that was marked speaks against an earlier one of its order alone', () => {
  const { mark } = newJournal();
  mark([attempt({ attempt: 3 })]);
  const others = [attempt({ order: 2 }), attempt({ planKey: 'file:2' })];
  expect(mark([attempt(), ...others])).toEqual([true, false, false]);
});

test('marks and answers raise the position, and those after one are found, oldest first', () => {
  const { mark, answer, position, since } = newJournal();
  const attempts = [1, 2, 3].map((order) => attempt({ order }));
  expect(position()).toBe(0);
  mark(attempts);
  expect(position()).toBe(3);
  answer([answerTo(attempts[0]!, '{"outcome":"filled"}')]);
  expect(position()).toBe(4);
  mark([attempts[1]!]);
  answer([answerTo(attempt({ order: 9 }), 'to what was never sent')]);
  expect(position()).toBe(4);
  const ordersSince = (at: number) => [...since(at)].flat().map(({ order }) => order);
  expect(ordersSince(0)).toEqual([2, 3, 1]);
  expect(ordersSince(3)).toEqual([1]);
  expect(ordersSince(4)).toEqual([]);
});

test('thousands of entries come in pages, each once', () => {
  const { mark, since } = newJournal();
  mark(Array.from({ length: 2_500 }, (_, n) => attempt({ order: n + 1 })));
  const pages = [...since(0)];
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.flat().map(({ order }) => order)).toEqual(
    Array.from({ length: 2_500 }, (_, n) => n + 1),
  );
});

test('a batch that fails leaves nothing, and the next one is taken', () => {
  const { mark, position, since } = newJournal();
  const bad = attempt({ order: 2, quantity: null as unknown as number });
  expect(() => mark([attempt(), bad])).toThrow(/cannot be written .*Nothing is sent/);
  expect(position()).toBe(0);
  expect(mark([attempt()])).toEqual([false]);
  expect([...since(0)].flat()).toHaveLength(1);
});

describe('a journal', () => {
  test('knows what it knew after a restart, and after a kill', () => {
    const folder = temporaryFolder();
    const first = openIn(folder, true);
    first.mark([attempt()]);
    first.close();
    const second = openIn(folder);
    expect(second.position()).toBe(1);
    expect(second.mark([attempt()])).toEqual([true]);
    expect(second.journal.isOriginal).toBe(true);
  });

  test.each(['', 'a damaged one was set aside before'])(
    'whose making was killed is the first of its folder: %j',
    (aside) => {
      const folder = temporaryFolder();
      if (aside) writeFileSync(join(folder, 'journal.broken-2026.db'), '');
      // As SQLite leaves it before the first commit.
      const db = new DatabaseSync(join(folder, 'journal.db'));
      db.exec('pragma journal_mode = wal');
      db.close();
      const first = openIn(folder, true);
      // What was set aside may know of more.
      expect(first.journal).toMatchObject({ isOriginal: !aside, warnings: [] });
      first.close();
      expect(openIn(folder).journal.isOriginal).toBe(!aside);
    },
  );

  test('of a folder that was moved is the original', () => {
    const folder = temporaryFolder();
    openIn(folder, true).close();
    const place = join(temporaryFolder(), 'moved');
    renameSync(folder, place);
    expect(openIn(place).journal.isOriginal).toBe(true);
  });

  /** What puts a folder back from its copy, in the copy's place or another. */
  const COPIES: Record<string, (from: string, to: string) => void> = {
    'fs.cp': (from, to) => cpSync(from, to, { recursive: true, preserveTimestamps: true }),
    'cp -a': (from, to) => void execFileSync('cp', ['-a', `${from}/.`, to]),
    tar: (from, to) =>
      void execFileSync('sh', ['-c', 'tar -C "$0" -c . | tar -C "$1" -xp', from, to]),
    rsync: (from, to) => void execFileSync('rsync', ['-a', `${from}/`, `${to}/`]),
  };

  test.each(Object.entries(COPIES).filter(([name]) => name !== 'rsync' || hasRsync()))(
    'that was put back by %s is not the original until it is adopted',
    (_, copy) => {
      const [folder, backup] = [temporaryFolder(), temporaryFolder()];
      const before = openIn(folder, true);
      before.mark([attempt()]);
      before.close();
      // rsync takes a file for unchanged that has the same size and was written in the same second.
      utimesSync(join(folder, 'journal.db'), 0, 0);
      copy(folder, backup);
      const after = openIn(folder);
      expect(after.journal.isOriginal).toBe(true);
      after.mark([attempt({ order: 2 })]);
      after.close();

      copy(backup, folder);
      const back = openIn(folder);
      expect(back.journal.isOriginal).toBe(false);
      back.close();
      const again = openIn(folder);
      expect(again.journal.isOriginal).toBe(false);
      again.adopt();
      expect(again.journal.isOriginal).toBe(true);
      again.close();
      expect(openIn(folder).journal.isOriginal).toBe(true);
      expect(openIn(backup).journal.isOriginal).toBe(false);
    },
  );

  test('that gets its old inode when it is put back beside its lock file is no original', () => {
    const [folder, backup] = [folderOnDisk(), temporaryFolder()];
    openIn(folder, true).close();
    execFileSync('cp', ['-a', `${folder}/.`, backup]);
    const after = openIn(folder);
    expect(after.journal.isOriginal).toBe(true);
    after.mark([attempt()]);
    after.close();

    copyAtInode(join(backup, 'journal.db'), join(folder, 'journal.db'));
    const back = openIn(folder);
    expect(back.journal.isOriginal).toBe(false);
    back.adopt();
    expect(back.journal.isOriginal).toBe(true);
    back.close();
    expect(openIn(folder).journal.isOriginal).toBe(true);
  });

  test('on a disk that does not know when files were made is the original at each start', (ctx) => {
    const folder = temporaryFolder();
    const why = whyNoImages(folder);
    if (why) ctx.skip(why);
    const [image, place] = [join(folder, 'image'), join(folder, 'place')];
    mkdirSync(place);
    // Inodes of this size have no room for it.
    makeImage(image, { mb: 8, options: ['-I', '128'] });
    const script = join(import.meta.dirname, 'journal-starts.ts');
    const [unshare = '', ...args] = inMount(image, place, [...NODE, script, join(place, 'data')]);
    const starts = JSON.parse(execFileSync(unshare, args, { encoding: 'utf8' }));
    expect(starts).toEqual({ hasBirth: false, first: true, later: [true, true], copy: false });
  });

  test('that was copied while it was in use opens, with what was in it', () => {
    const [folder, copy] = [temporaryFolder(), temporaryFolder()];
    const { mark } = openIn(folder, true);
    mark([attempt()]);
    execFileSync('cp', ['-a', `${folder}/.`, copy]);
    mark([attempt({ order: 2 })]);
    const { journal } = openIn(copy);
    expect(journal).toMatchObject({ isOriginal: false, warnings: [] });
    expect(journal.position()).toBe(1);
  });

  test('that is missing beside a ledger vouches for nothing', () => {
    const folder = temporaryFolder();
    openIn(folder, true).close();
    rmSync(join(folder, 'journal.db'));
    const { journal } = openIn(folder);
    expect(journal).toMatchObject({ isOriginal: false, warnings: [] });
  });

  test.each([
    ['no database at all', 'no database'.repeat(1_000)],
    ['cut short', 'half'],
  ])('that is damaged, %s, is kept, and one is begun that vouches for nothing', (how, text) => {
    const folder = temporaryFolder();
    const { mark, close } = openIn(folder, true);
    mark([attempt()]);
    close();
    const path = join(folder, 'journal.db');
    if (how === 'cut short') execFileSync('truncate', ['-s', '6000', path]);
    else writeFileSync(path, text);
    const { journal } = openIn(folder);
    expect(journal.isOriginal).toBe(false);
    expect(journal.warnings).toEqual([
      expect.stringMatching(/is damaged \(.*\)\. It was kept as .*broken-.*, and a new one begun/),
    ]);
    expect(journal.mark([attempt()])).toEqual([false]);
    expect(readdirSync(folder).filter((name) => name.includes('broken'))).toHaveLength(1);
  });
});

function hasRsync(): boolean {
  try {
    execFileSync('rsync', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
