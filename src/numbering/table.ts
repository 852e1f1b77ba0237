import { type AreaCode, type AreaCodes, KINDS } from './area-code.ts';

/**
 * The program's table, made from NANPA's report. The first line names the report. `+` joins several
 * regions or overlays.
 */
const HEAD = 'code,kind,country,regions,since,overlays';
const STAMP = /^# NANPA's report, File Date (\d{4}-\d\d-\d\d), sha256 ([0-9a-f]{64})$/;

export function writeTable({ fileDate, sha256, codes }: AreaCodes): string {
  const rows = codes.map(({ code, kind, country, regions, since, overlays }) =>
    [code, kind, country, regions.join('+'), since, overlays.join('+')].join(','),
  );
  const stamp = `# NANPA's report, File Date ${fileDate}, sha256 ${sha256}`;
  return [stamp, HEAD, ...rows, ''].join('\n');
}

/** Throws for a text that `writeTable` cannot have written. */
export function readTable(text: string): AreaCodes {
  const [stamp = '', head, ...rows] = text.trimEnd().split('\n');
  const [, fileDate, sha256] = STAMP.exec(stamp) ?? [];
  if (!fileDate || !sha256 || head !== HEAD) throw new Error('This is no table of area codes.');
  return { fileDate, sha256, codes: rows.map(areaCodeOf) };
}

function areaCodeOf(row: string): AreaCode {
  const cells = row.split(',');
  const [code = '', kind, country, regions = '', since, overlays = ''] = cells;
  const known = KINDS.find((each) => each === kind);
  if (cells.length !== 6 || !/^\d{3}$/.test(code) || known === undefined)
    throw new Error(`"${row}" is no row of a table of area codes.`);
  return {
    code,
    kind: known,
    country: country || null,
    regions: listOf(regions),
    since: since || null,
    overlays: listOf(overlays),
  };
}

const listOf = (cell: string): string[] => (cell === '' ? [] : cell.split('+'));
