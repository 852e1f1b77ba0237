/** The journal of the embedded ledger as the witness of several accounts. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureAccount, journalMarks, type Ledger } from '../../../src/ledger/index.ts';
import type { MarkStore } from '../../../src/witness/index.ts';
import { callWith, recalledBy } from '../../support/mark-call.ts';
import { ledgerIn } from '../../support/storage.ts';
import { embeddedFolder, temporaryFolder } from '../../support/temporary-folder.ts';

async function marksOf(ledger: Ledger, name: string): Promise<MarkStore> {
  const account = await ensureAccount(ledger, { name, mode: 'live', rate: 4 });
  const marks = journalMarks(ledger, account);
  if (!marks) throw new Error('the embedded ledger has a journal');
  return marks;
}

const SENT = { planKey: 'abc:0', order: 1, attempt: 1, nonce: 7, quantity: 5 };

test('two accounts may send a plan of the same content', async () => {
  const ledger = await ledgerIn(embeddedFolder());
  const [east, west] = [await marksOf(ledger, 'east'), await marksOf(ledger, 'west')];
  expect(await east.mark([SENT], callWith(''))).toEqual([]);
  await east.answered([{ ...SENT, record: '{}' }]);
  expect(await recalledBy(west)).toEqual([]);
  expect(await west.mark([SENT], callWith(''))).toEqual([]);
  expect(await west.mark([SENT], callWith(''))).toEqual([SENT]);
  expect(await recalledBy(east)).toMatchObject([
    { planKey: 'abc:0', attempt: 1, answers: [{ planKey: 'abc:0', order: 1, record: '{}' }] },
  ]);
  expect(await recalledBy(west)).toMatchObject([{ planKey: 'abc:0', attempt: 1, answers: [] }]);
});

test('a folder that was put back is believed only for the account that was looked at', async () => {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(embeddedFolder(), copy, { recursive: true });
  const ledger = await ledgerIn(copy);
  const [east, west] = [await marksOf(ledger, 'east'), await marksOf(ledger, 'west')];
  await east.learn((async function* () {})());
  expect([await east.memory(), await west.memory()]).toEqual(['journal', null]);
});
