import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_FOLDER } from '../../own-folder.ts';

export const ASSETS_FOLDER = join(OWN_FOLDER, 'web/assets');

/**
 * The address that pages load their files from. It holds a hash of all the files, so a browser may
 * keep them for ever: a new version has a new address, also for what its scripts import.
 */
export const ASSETS = `/assets/${hashOf(ASSETS_FOLDER)}/`;

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
