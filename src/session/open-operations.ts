import { type Command, Option } from 'commander';
import { plainTextWarning, readConfig } from '../config/index.ts';
import { hasCode } from '../errors.ts';
import { type Operations, operationsOnLedger, operationsOver } from '../operations/index.ts';
import { hintThrough, writeLines } from '../terminal/index.ts';
import { openSession } from './session.ts';

/** `--server` for a command that can do its work through one. */
export const serverOption = (): Option =>
  new Option('--server <url>', 'through the server there, instead of on the ledger itself');

/**
 * Where the command does its work: at the server that `--server` names; else on the ledger that the
 * configuration names; else, when that is an embedded one that a running `up` or `serve` holds, at
 * that one.
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
