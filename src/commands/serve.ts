import type { Command } from 'commander';
import { listAccounts } from '../ledger/index.ts';
import { openMeters } from '../monitor/index.ts';
import { openSession } from '../session/index.ts';
import { say, stopSignals } from '../terminal/index.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('the web page and the API, beside workers that run elsewhere; until told to stop')
    .action(async () => {
      const signals = stopSignals();
      await using session = await openSession('serve');
      // Whoever serves needs no keys, so the account they belong to is only made when there is
      // none, and those of a file when it is named: plans choose among them.
      const hasFile = session.config.accountsFile !== null;
      if (hasFile || (await listAccounts(session.ledger)).length === 0) await session.ownAccounts();
      // Not at the top: it takes as long to load as all commands together.
      const { openWebFor } = await import('../web/index.ts');
      const web = await openWebFor(session, { meters: openMeters() });
      say(`bulk-order serves ${web.url}. Orders are placed by workers: "work" is one.`);
      await signals.first;
      await web.close();
    });
}
