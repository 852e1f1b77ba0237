import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** What a `.env` file sets, and on which line. */
type DotEnv = { env: Record<string, string | undefined>; lines: Map<string, number> };

/** A setting with its value, which may be quoted, and with what follows that. */
const SETTING = /(?:export\s)?[ \t]*([\w.-]+)[ \t]*=[ \t]*(?:(["'`])([\s\S]*?)\2)?(.*)/.source;
/** A comment, a setting, or a line that is neither. */
const ENTRY = new RegExp(`^[ \\t]*(?:#.*|${SETTING}|(.*\\S.*))$`, 'gm');

/**
 * The `.env` file of a folder. What cannot be understood is a fault: a DATABASE_URL that is passed
 * over means an empty ledger, which buys everything again.
 */
export function dotEnv(folder: string, known: readonly string[], faults: string[]): DotEnv {
  const lines = new Map<string, number>();
  const text = textOf(folder, faults);
  const swallowed = new RegExp(`^(?:export )?(?:${known.join('|')})(?:_FILE)?=`, 'm');
  for (const { index, ...entry } of text.matchAll(ENTRY)) {
    const line = lineAt(text, index);
    const { 1: name, 3: quoted, 4: rest = '', 5: other } = entry;
    if (name !== undefined) lines.set(name, line);
    const isOpen = quoted === undefined && /^["'`]/.test(rest);
    const isCut = quoted === undefined ? /^[^#]*\S#/.test(rest) : !/^\s*(?:#|$)/.test(rest);
    if (other !== undefined)
      faults.push(`.env, line ${line} is not a setting. Write NAME=value, or # before a comment.`);
    else if (isOpen || swallowed.test(quoted ?? ''))
      faults.push(`.env, line ${line}: a quote is not closed.`);
    else if (isCut)
      faults.push(`.env, line ${line}: the value would be cut off. Put all of it in other quotes.`);
  }
  return { env: parseEnv(text), lines };
}

/** Without blanks after a last `=`: the parser would take the next line for the value. */
function textOf(folder: string, faults: string[]): string {
  try {
    const bytes = readFileSync(resolve(folder, '.env'));
    const text = bytes.toString().replace(/^\ufeff/, '');
    if (isUtf8(bytes) && !bytes.includes(0))
      return text.replace(/\r\n?/g, '\n').replace(/=[ \t]+$/gm, '=');
    const line = lineAt(text, text.search(/[\0\ufffd]/));
    faults.push(`.env, line ${line} is not in UTF-8. Save it so: PowerShell's ">" does not.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') faults.push(`The .env file cannot be read (${code}).`);
  }
  return '';
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;
