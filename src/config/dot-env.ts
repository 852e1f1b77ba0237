import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** What a `.env` file sets, and on which line. */
type DotEnv = { env: Record<string, string | undefined>; lines: Map<string, number> };

/** A comment, a setting with a value that may be quoted, or a line that is neither. */
const ENTRY =
  /^[ \t]*(?:#.*|(?:export )?[ \t]*([\w.-]+)[ \t]*=[ \t]*(?:(["'`])[\s\S]*?\2)?.*|(.*\S.*))$/gm;

/**
 * The `.env` file of a folder. What cannot be understood is a fault: a DATABASE_URL that is passed
 * over means an empty ledger, which buys everything again.
 */
export function dotEnv(folder: string, faults: string[]): DotEnv {
  const lines = new Map<string, number>();
  const text = textOf(folder, faults);
  for (const { index, 1: name, 3: other } of text.matchAll(ENTRY)) {
    const line = lineAt(text, index);
    if (name !== undefined) lines.set(name, line);
    else if (other !== undefined)
      faults.push(`.env, line ${line} is not a setting. Write NAME=value, or # before a comment.`);
  }
  return { env: parseEnv(text), lines };
}

/** Without blanks after `=`: behind them the parser takes the next line for the value. */
function textOf(folder: string, faults: string[]): string {
  try {
    const bytes = readFileSync(resolve(folder, '.env'));
    const text = bytes.toString().replace(/^\ufeff/, '');
    if (isUtf8(bytes) && !bytes.includes(0))
      return text.replace(/\r\n?/g, '\n').replace(/=[ \t]+$/gm, '=');
    const line = lineAt(text, text.search(/[\0\ufffd]/));
    faults.push(`.env, line ${line} is not in UTF-8, as files of PowerShell's ">": save it so.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') faults.push(`The .env file cannot be read (${code}).`);
  }
  return '';
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;
