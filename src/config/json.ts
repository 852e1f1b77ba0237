import { readFileSync } from 'node:fs';
import { readJson } from '../json.ts';

/** What a file of JSON holds; undefined with a fault. `who` names the setting that names it. */
export function readJsonFile(who: string, path: string, faults: string[]): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    faults.push(`${who} names ${path}, which cannot be read (${code}).`);
    return undefined;
  }
  const read = readJson(text);
  if ('document' in read) return read.document;
  faults.push(`${who} names ${path}, which ${read.fault}.`);
  return undefined;
}
