import { expect, test } from 'vitest';
import { openPostgres } from '../../src/ledger/index.ts';
import { newPlan } from '../support/plans.ts';
import { freshDatabase } from '../support/servers.ts';
import { openShell } from './shell.ts';

const OLDER = 'These are the newest 100. The page "Plans" has those before, too.';

test('plans says so when it lists only the newest hundred', async () => {
  const { url } = await freshDatabase();
  const shell = openShell({ DATABASE_URL: url });
  const ledger = openPostgres(url);
  const { account } = await newPlan(ledger);
  for (let n = 1; n < 99; n++) await newPlan(ledger, { account, started: false });
  expect((await shell.run(['plans'])).stdout).not.toContain(OLDER);
  await newPlan(ledger, { account });
  await newPlan(ledger, { account });
  await ledger.close();
  const { stdout } = await shell.run(['plans']);
  expect(stdout.split('\n').at(-2)).toBe(OLDER);
  expect(stdout.trim().split('\n')).toHaveLength(102);
});
