import { readFileSync } from 'node:fs';

/** What a text of JSON holds; else why it cannot be used, as the end of a sentence. */
type ReadJson = { document: unknown } | { fault: string };

/**
 * Reads a text of JSON. A name that an object has twice is a fault: the last one would count, and
 * nobody would see that the first does not.
 */
export function readJson(text: string): ReadJson {
  const end = faultyEnd(text);
  if (end !== null) return { fault: `is not JSON: see ${end}` };
  const twice = nameTwice(text);
  if (twice !== null) return { fault: `has a name twice: see ${placeAt(text, twice)}` };
  return { document: JSON.parse(text) };
}

/** The same for a file. */
export function readJsonFile(path: string): ReadJson {
  try {
    return readJson(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    return { fault: `cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

/**
 * Where a text stops being JSON, in words; null when it is JSON. The parser's own message quotes
 * the text around that place, which may be a key.
 */
function faultyEnd(text: string): string | null {
  const message = complaint(text);
  if (message === null) return null;
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  if (line) return `line ${line}, column ${column}`;
  if (!isBadToken(message)) return 'its end, which comes too early';
  // Here the parser gives no place. It is the end of the shortest text with such a message, and
  // every longer one has it, too.
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isBadToken(complaint(text.slice(0, middle)) ?? '')) bad = middle;
    else good = middle;
  }
  return placeAt(text, bad - 1);
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

/** In valid JSON a text before a colon is a name, and a bracket outside of texts is one. */
const NAME_OR_BRACKET = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g;

/** Where an object has a name that it has already: the name itself may be a key. */
function nameTwice(text: string): number | null {
  const open: Set<string>[] = [];
  for (const { 0: found, 1: raw, 2: colon, index: at } of text.matchAll(NAME_OR_BRACKET)) {
    if (found === '{' || found === '[') open.push(new Set());
    else if (found === '}' || found === ']') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(`"${raw}"`) as string;
      if (open.at(-1)?.has(name)) return at;
      open.at(-1)?.add(name);
    }
  }
  return null;
}

function placeAt(text: string, at: number): string {
  const lines = text.slice(0, at + 1).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length}`;
}
