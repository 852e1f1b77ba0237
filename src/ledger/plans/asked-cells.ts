import { COLUMNS, type Values } from '../../plan/index.ts';

const FIELDS = COLUMNS.map(({ field }) => field);

/**
 * What a line asks for and carries, as columns of a COPY, each after a tab; in any format alike.
 */
export function askedCells(line: Values, extra: string | null): string {
  let cells = '';
  for (const field of FIELDS) cells += `\t${cellOf(line[field])}`;
  return `${cells}\t${cellOf(extra)}\n`;
}

export const NULL = '\\N';

function cellOf(value: string | number | boolean | null): string {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return SPECIAL.test(value) ? value.replace(ALL_SPECIAL, (char) => ESCAPED[char] ?? char) : value;
}

const SPECIAL = /[\\\t\n\r]/;
const ALL_SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
