/** The figures of a benchmark, as people read them. Progress goes to stderr, tables to stdout. */

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which so great a share of all lies, 0 to 1. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, place)] ?? Number.NaN;
}

/** `1,234.5`: enough digits to compare by, and no more. */
export function figure(value: number, digits = value >= 100 ? 0 : value >= 10 ? 1 : 2): string {
  return value.toLocaleString('en-US', {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  });
}

export function percent(share: number, digits = 1): string {
  return `${figure(100 * share, digits)} %`;
}

/**
 * A benchmark judges nothing by failing: it says beside its figure what should have been reached.
 */
export function reached(is: boolean): string {
  return is ? 'yes' : 'NO';
}

/** As Markdown, to be kept in a document. */
export function printTable(title: string, head: string[], rows: string[][]): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  process.stdout.write(`\n${title}\n\n${[line(head), rule, ...rows.map(line)].join('\n')}\n`);
}

export function progress(words: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${words}\n`);
}
