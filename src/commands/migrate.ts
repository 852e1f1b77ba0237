import type { Command } from 'commander';
import { openSession } from '../session/index.ts';
import { answer, newCommand } from '../terminal/index.ts';

export function addMigrate(program: Command): void {
  newCommand(program, 'migrate').action(async ({ json }: { json?: true }) => {
    await using session = await openSession('migrate');
    answer(json, { migrated: true, kind: session.ledger.kind }, () => [
      'The tables are up to date.',
    ]);
  });
}
