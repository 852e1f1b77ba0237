/** Starts on the journal of a new folder, and says each time whether it is the original. */
import { cpSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '../../../src/ledger/database/embedded/folder-lock.ts';
import { openJournal } from '../../../src/ledger/database/embedded/open-journal.ts';

const [, , folder = ''] = process.argv;
const path = join(folder, 'journal.db');

function start(isNew = false): boolean {
  const release = lockFolder(folder, 'test');
  const journal = openJournal(folder, isNew);
  const { isOriginal } = journal;
  journal.mark([
    {
      ...{ planKey: 'file:1', order: journal.position() + 1, attempt: 1, nonce: 7, quantity: 25 },
      ...{ worker: 'worker 1', claimedAt: '' },
    },
  ]);
  journal.close();
  release();
  return isOriginal;
}

mkdirSync(folder);
const first = start(true);
const { birthtimeNs, ctimeNs } = statSync(path, { bigint: true });
const later = [start(), start()];
// A copy that is made while the original has its inode gets another one.
cpSync(path, `${path}.copy`);
renameSync(`${path}.copy`, path);
const copy = start();
console.log(
  JSON.stringify({ hasBirth: birthtimeNs !== 0n && birthtimeNs !== ctimeNs, first, later, copy }),
);
