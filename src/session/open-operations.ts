import { type Command, Option } from 'commander';
import { plainTextWarning, readConfig } from '../config/index.ts';
import { hasCode } from '../errors.ts';
import { isEmbeddedIn } from '../ledger/index.ts';
import { type Operations, operationsOnLedger, operationsOver } from '../operations/index.ts';
import { hintThrough, writeLines } from '../terminal/index.ts';
import { openSession } from './session.ts';

/** `--server`, for commands that can work through a server. */
export const serverOption = (): Option =>
  new Option('--server <url>', 'work through this server instead of the ledger');

/**
 * Opens the place where the command works: the server of `--server`, else the ledger of the
 * configuration. When `up` or `serve` holds an embedded ledger, it is that server.
 */
export async function openOperations(name: string, command: Command): Promise<Operations> {
  const { server } = command.optsWithGlobals<{ server?: string }>();
  if (server !== undefined) {
    const warning = plainTextWarning('--server', server);
    if (warning) writeLines('stderr', warning);
    const operations = operationsOver(server, readConfig().web.signIn);
    hintThrough(server);
    return operations;
  }
  try {
    return operationsOnLedger(await openSession(name));
  } catch (error) {
    if (!hasCode(error, 'ledger_in_use') || !error.details.url) throw error;
    return operationsOver(error.details.url, readConfig().web.signIn);
  }
}

/** Whether there is a ledger to ask: a database is named, or a plan was stored here before. */
export function hasLedger(): boolean {
  const { databaseUrl, dataDir } = readConfig();
  return databaseUrl !== null || isEmbeddedIn(dataDir);
}
