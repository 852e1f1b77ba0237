import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config/index.ts';
import { hasCode } from '../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Environment = Record<string, string>;

/** A folder with an accounts file of this text, or of this as JSON, and other files beside it. */
export function folderWith(accounts: unknown, files: Record<string, string> = {}): string {
  const folder = temporaryFolder();
  const text = typeof accounts === 'string' ? accounts : JSON.stringify(accounts, null, 2);
  writeFileSync(join(folder, 'accounts.json'), text);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export const read = (folder: string, environment: Environment = {}) =>
  readConfig({ ACCOUNTS_FILE: 'accounts.json', ...environment }, folder);

export async function faultsOf(
  accounts: unknown,
  environment: Environment = {},
): Promise<string[]> {
  try {
    await read(folderWith(accounts, { key: 'from-a-file\n' }), environment);
  } catch (error) {
    if (hasCode(error, 'bad_config')) return error.details.faults ?? [];
    throw error;
  }
  return [];
}

export const EAST = {
  name: 'east',
  mode: 'live',
  accessKey: 'e-open',
  secretAccessKey: 'e-sesame',
};
export const WEST = {
  name: 'west',
  mode: 'live',
  accessKey: 'w-open',
  secretAccessKey: 'w-sesame',
};
export const TRY = { name: 'try', mode: 'sandbox' };
