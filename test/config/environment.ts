import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { hasCode } from '../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const KEYS = { DIALOGTECH_ACCESS_KEY: 'open', DIALOGTECH_SECRET_ACCESS_KEY: 'sesame' };

export type Environment = Record<string, string>;

/** A folder with these files, of this text or of this as JSON. */
export function folderWith(files: Record<string, unknown>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** In an empty folder, unless given: the developer's .env must not be found. */
export const read = (environment: Environment = {}, folder = temporaryFolder()) =>
  readConfig(environment, folder);

export async function faultsOf(environment: Environment, folder?: string): Promise<string[]> {
  try {
    await read(environment, folder);
  } catch (error) {
    if (!hasCode(error, 'bad_config')) throw error;
    const { faults = [] } = error.details;
    for (const fault of faults) expect(error.message).toContain(`\n  - ${fault}`);
    return faults;
  }
  return [];
}

export function file(name: string, text: string | Buffer): { folder: string; path: string } {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, text);
  return { folder, path };
}
