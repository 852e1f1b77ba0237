import { readFileSync } from 'node:fs';

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
  const where = faultOfJson(text);
  if (where === null) return JSON.parse(text);
  faults.push(`${who} names ${path}, which is not JSON: see ${where}.`);
  return undefined;
}

/**
 * Where a text stops being JSON, in words; null when it is JSON. The parser's own message quotes
 * the text around that place, which may be a key.
 */
function faultOfJson(text: string): string | null {
  const message = complaint(text);
  if (message === null) return null;
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  if (line) return `line ${line}, column ${column}`;
  if (!isBadToken(message)) return 'its end, which comes too early';
  // Here the parser gives no place. It is the end of the shortest text with the same message.
  let end = 1;
  while (!isBadToken(complaint(text.slice(0, end)) ?? '')) end += 1;
  const lines = text.slice(0, end).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length}`;
}

const isBadToken = (message: string) => message.startsWith('Unexpected token');

function complaint(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}
