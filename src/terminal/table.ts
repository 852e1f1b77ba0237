import { count } from '../english.ts';
import { columnsOf } from './screen.ts';
import { inColour, meaningOf, type Piece, type ScreenLine, shown, textOfLine } from './style.ts';
import { widthOf, wrap } from './width.ts';

const INDENT = '  ';
const GAP = '  ';
/** Columns that stay, even when all their cells are zero. */
const VITAL = new Set(['bought', 'missing', 'unknown']);
const isNothing = (cell: string) => cell === '' || cell === '0';
const BELOW = '      ';
/** The smallest width of a column of words; the last one has sentences. */
const NARROWEST = 14;
const NARROWEST_LAST = 28;

/**
 * Rows as columns, numbers to the right, in at most `room` columns. If this is too narrow, it tries
 * in this order: wrap columns of words, leave out empty columns, put the last column below its row,
 * write each row as names and values.
 */
export function table(
  head: string[],
  rows: (string | number)[][],
  room: number = columnsOf('stdout') ?? Infinity,
): ScreenLine[] {
  const cells = rows.map((row) =>
    head.map((_, at) => {
      const cell = row[at] ?? '';
      return typeof cell === 'number' ? count(cell) : shown(cell);
    }),
  );
  const columns = head.map((title, at) => {
    const width = Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at]!)));
    return { title, width, isNumber: rows.every((row) => typeof row[at] === 'number') };
  });
  const all = narrowed(columns, room - INDENT.length);
  if (all) return [headOf(all), ...cells.flatMap((row) => asLines(all, row))];
  const isIdle = (at: number) => !VITAL.has(head[at]!) && cells.every((row) => isNothing(row[at]!));
  const busy = head
    .keys()
    .filter((at) => !isIdle(at))
    .toArray();
  if (busy.length < head.length) {
    const only = <Cell>(row: Cell[]) => busy.map((at) => row[at]!);
    return table(only(head), rows.map(only), room);
  }
  const notes = columns.at(-1)?.isNumber ? undefined : columns.at(-1);
  const others = notes && narrowed(columns.slice(0, -1), room - INDENT.length);
  if (!notes || !others) return cells.flatMap((row) => asRecord(head, row, room));
  return [
    headOf(others),
    ...cells.flatMap((row) => [
      ...asLines(others, row),
      ...(row.at(-1) ? wrap(row.at(-1)!, room - BELOW.length).map((line) => BELOW + line) : []),
    ]),
  ];
}

type Column = { title: string; width: number; isNumber: boolean };

const headOf = (columns: Column[]): ScreenLine => ({
  text: textOfLine(
    asLines(
      columns,
      columns.map(({ title }) => title),
    )[0]!,
  ),
  style: 'faint',
});

/** The columns made to fit; null when they cannot. */
function narrowed(full: Column[], room: number): Column[] | null {
  const columns = full.map((column) => ({ ...column }));
  const used = () => columns.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length);
  while (used() > room) {
    const spare = (column: Column) =>
      column.isNumber ? 0 : column.width - (column === columns.at(-1) ? NARROWEST_LAST : NARROWEST);
    const [widest] = columns.toSorted((a, b) => spare(b) - spare(a));
    if (!widest || spare(widest) <= 0) return null;
    widest.width -= Math.min(spare(widest), used() - room);
  }
  return columns;
}

function asLines(columns: Column[], row: string[]): ScreenLine[] {
  const wrapped = columns.map(({ width }, at) => wrap(row[at]!, width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    // No blanks after the last word: people copy it.
    const last = wrapped.findLastIndex((lines) => (lines[line] ?? '') !== '');
    return columns.slice(0, last + 1).flatMap(({ title, width, isNumber }, at): Piece[] => {
      const text = wrapped[at]![line] ?? '';
      const blank = ' '.repeat(Math.max(0, width - widthOf(text)));
      const piece = coloured(title, row[at]!, text);
      const padded = isNumber ? [blank, piece] : at === last ? [piece] : [piece, blank];
      return [at === 0 ? INDENT : GAP, ...padded];
    });
  });
}

/** A count has the colour of its title, unless it is zero. A state has its own. */
function coloured(title: string, cell: string, text: string): Piece {
  if (meaningOf(title)) return cell === '0' ? text : inColour(text, title);
  return title === 'state' || title === 'mode' ? inColour(text, cell) : text;
}

/**
 * `line 3  area code 212  requested 25`, on as many lines as that takes. Blank cells are left out,
 * and so are zeros of what may be missing or unknown.
 */
function asRecord(head: string[], row: string[], room: number): ScreenLine[] {
  const lines: { pieces: Piece[]; used: number }[] = [];
  const add = (indent: string, piece: Piece[], used: number) =>
    lines.push({ pieces: [indent, ...piece], used: indent.length + used });
  for (const [at, title] of head.entries()) {
    const cell = row[at]!;
    if (cell === '' || (cell === '0' && meaningOf(title) && title !== 'bought')) continue;
    const indent = lines.length === 0 ? INDENT : INDENT + INDENT;
    const [first = '', ...more] = wrap(`${title} ${cell}`, room - indent.length);
    const value = coloured(title, cell, first.slice(title.length));
    const piece: Piece[] = [{ text: first.slice(0, title.length), style: 'faint' }, value];
    const line = lines.at(-1);
    if (line && more.length === 0 && line.used + GAP.length + widthOf(first) <= room) {
      line.pieces.push(GAP, ...piece);
      line.used += GAP.length + widthOf(first);
    } else {
      add(indent, piece, widthOf(first));
    }
    for (const text of more) add(INDENT + INDENT, [coloured(title, cell, text)], widthOf(text));
  }
  return lines.map(({ pieces }) => pieces);
}
