import { readJsonFile } from '../reading/index.ts';
import { fileNamed } from '../scrub.ts';

/** What a file of JSON holds; undefined with a fault. `who` names the setting that names it. */
export function documentIn(who: string, path: string, faults: string[]): unknown {
  const read = readJsonFile(path);
  if ('document' in read) return read.document;
  faults.push(`${who} names ${fileNamed(path)}, which ${read.fault}.`);
  return undefined;
}
