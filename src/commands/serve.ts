import type { Command } from 'commander';
import { listAccounts } from '../ledger/index.ts';
import { openMeters } from '../monitor/index.ts';
import { openSession } from '../session/index.ts';
import { newCommand, say, stopSignals } from '../terminal/index.ts';

export function addServe(program: Command): void {
  newCommand(program, 'serve').action(async () => {
    const signals = stopSignals();
    await using session = await openSession('serve');
    // A server needs no keys. It makes every account of an accounts file, because plans choose
    // among them. Without a file it makes an account only when the ledger has none.
    const hasFile = session.config.accountsFile !== null;
    if (hasFile || (await listAccounts(session.ledger)).length === 0) await session.ownAccounts();
    // Not at the top: it takes as long to load as all the commands.
    const { openWebFor } = await import('../web/index.ts');
    const web = await openWebFor(session, { meters: openMeters() });
    say(`bulk-order serves ${web.url}. Workers place the orders. To start one: "work"`);
    const fault = await Promise.race([signals.first, session.ledger.ended]);
    await web.close();
    if (fault) throw fault;
  });
}
