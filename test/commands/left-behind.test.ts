import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithPostgres, freshDatabase } from '../support/servers.ts';
import { openShell, planOf } from './shell.ts';

describeWithPostgres('a folder with a ledger that is not used', () => {
  test('is warned of where a plan is submitted, and nowhere else', async () => {
    const shell = openShell({ DATABASE_URL: (await freshDatabase()).url });
    mkdirSync(join(shell.env.DATA_DIR!, 'ledger'), { recursive: true });
    shell.file('plan.csv', planOf(1));
    const submitted = await shell.run(['submit', 'plan.csv']);
    expect(submitted.stderr).toContain('has a ledger of its own, which is not used');
    for (const args of [['plans'], ['show', '1'], ['cancel', '1']])
      expect(await shell.run(args)).toMatchObject({ code: 0, stderr: '' });
  });
});
