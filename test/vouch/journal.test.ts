import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalMarks, type Ledger, migrate, openEmbedded } from '../../src/ledger/index.ts';
import { vouchByJournal } from '../../src/vouch/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { orderRow } from '../support/ledger.ts';
import { callWith } from '../support/mark-call.ts';
import { newPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';
import { answerTo, claimOne, newNumbers } from '../support/sending.ts';
import { embeddedFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** As every command does that opens the ledger. */
async function openIn(folder: string): Promise<Ledger> {
  const ledger = await openEmbedded(folder, 'test');
  await migrate(ledger);
  await vouchByJournal({ ledger, log: silentLog, deadlineMs: 60_000 });
  return ledger;
}

test.each(['the original', 'a copy'])(
  'an answer that only the journal has is recorded when %s of the folder is opened',
  async (which) => {
    const folder = embeddedFolder();
    const ledger = await openIn(folder);
    const plan = await newPlan(ledger);
    const order = await claimOne(ledger, plan);
    const marks = journalMarks(ledger, plan.account)!;
    const sent = { ...order, order: 1 };
    await marks.mark([sent], callWith(''));
    const record = answerTo(order, 'filled', { numbers: newNumbers(10) });
    await marks.answered([{ ...sent, record }]);
    await ledger.close();

    const copy = join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    const opened = await openIn(which === 'a copy' ? copy : folder);
    atEnd(() => opened.close());
    expect(opened.journal).toMatchObject({ isOriginal: which === 'the original' });
    expect(await orderRow(opened, order.id)).toMatchObject({ state: 'filled', bought: 10 });
  },
);
