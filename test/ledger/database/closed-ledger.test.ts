import { expect, test } from 'vitest';
import { openPostgres } from '../../../src/ledger/index.ts';
import { keepUp } from '../../../src/maintenance/index.ts';
import { sql } from '../../support/ledger.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { ledgerIn } from '../../support/storage.ts';
import { embeddedFolder } from '../../support/temporary-folder.ts';

test.each([
  ['embedded', () => ledgerIn(embeddedFolder())],
  ['PostgreSQL', () => openPostgres('postgres://127.0.0.1/ledger')],
])('%s, once closed, refuses what the upkeep still asks, and alarms nobody', async (_, open) => {
  const ledger = await open();
  await ledger.close();
  const refusal = { code: 'ledger_down', message: expect.stringMatching(/^The program is ending/) };
  await expect(sql(ledger, 'select 1')).rejects.toMatchObject(refusal);
  await expect(ledger.transaction(async () => {})).rejects.toMatchObject(refusal);
  const { log, lines } = recordingLog();
  await keepUp(60_000, log, () => sql(ledger, 'select 1'))();
  expect(lines).toEqual([]);
});
