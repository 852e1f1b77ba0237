import { expect, test } from 'vitest';
import { openEmbedded } from '../../../src/ledger/index.ts';
import { atEnd } from '../../support/clean-up.ts';
import { sql } from '../../support/ledger.ts';
import { embeddedFolder } from '../../support/temporary-folder.ts';

test('statements in the embedded database leave the thread to others now and then', async () => {
  const ledger = await openEmbedded(embeddedFolder(), 'test');
  atEnd(() => ledger.close());
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const busy = 'select count(*) from generate_series(1, 20000)';
  await Promise.all(Array.from({ length: 200 }, () => sql(ledger, busy)));
  isDone = true;
  expect(turns).toBeGreaterThan(5);
});
