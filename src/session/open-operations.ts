import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { plainTextWarning, readConfig } from '../config/index.ts';
import { AppError, hasCode } from '../errors.ts';
import { type Operations, operationsOnLedger, operationsOver } from '../operations/index.ts';
import { fileNamed } from '../scrub.ts';
import { hintThrough, writeLines } from '../terminal/index.ts';
import { openSession, type SessionOptions } from './session.ts';

/**
 * Opens what the command works through: the server of `--server`, else the configured ledger. If
 * `up` or `serve` holds an embedded ledger, the command works through that server. Throws AppErrors
 * of the configuration and the ledger, and those of `openSession` and `tokenIn`.
 */
export async function openOperations(
  command: Command,
  options: SessionOptions = {},
): Promise<Operations> {
  const { server, tokenFile } = command.optsWithGlobals<{ server?: string; tokenFile?: string }>();
  const signIn = async () =>
    tokenFile === undefined ? (await readConfig()).web.signIn : { token: await tokenIn(tokenFile) };
  if (server !== undefined) {
    const warning = plainTextWarning('--server', server);
    if (warning) writeLines('stderr', warning);
    const operations = await operationsOver(server, await signIn());
    hintThrough(server, tokenFile);
    return operations;
  }
  try {
    return operationsOnLedger(
      await openSession([command.name(), ...command.args].join(' '), options),
    );
  } catch (error) {
    if (!hasCode(error, 'ledger_in_use') || !error.details.url) throw error;
    return operationsOver(error.details.url, await signIn());
  }
}

/** Throws AppError `no_file` when it cannot be read, and `bad_config` when it holds no token. */
async function tokenIn(path: string): Promise<string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `--token-file names ${fileNamed(path)}, which cannot be read (${code}).`;
    throw new AppError('no_file', message, {});
  }
  const { isToken } = await import('../people/index.ts');
  if (isToken(text)) return text;
  throw new AppError('bad_config', `--token-file names ${path}, which holds no token.`);
}
