import { type AreaCode, type AreaCodes, KINDS } from './area-code.ts';
import type { Centre } from './centres.ts';

/** A report, and by code the centres of the area codes, which no report has. */
export type Table = AreaCodes & { centres: ReadonlyMap<string, Centre> };

/**
 * The program's table, made from NANPA's report. The first line names the report. `+` joins several
 * regions or overlays. Centres are rough, in degrees, and from a free database of 2015.
 */
const HEAD = 'code,kind,country,regions,since,overlays,latitude,longitude';
const STAMP = /^# NANPA's report, File Date (\d{4}-\d\d-\d\d), sha256 ([0-9a-f]{64})$/;

export function writeTable({ fileDate, sha256, codes, centres }: Table): string {
  const rows = codes.map(({ code, kind, country, regions, since, overlays }) => {
    const { latitude, longitude } = centres.get(code) ?? { latitude: '', longitude: '' };
    const known = [code, kind, country, regions.join('+'), since, overlays.join('+')];
    return [...known, latitude, longitude].join(',');
  });
  const stamp = `# NANPA's report, File Date ${fileDate}, sha256 ${sha256}`;
  return [stamp, HEAD, ...rows, ''].join('\n');
}

/** Throws for a text that `writeTable` cannot have written. */
export function readTable(text: string): Table {
  const [stamp = '', head, ...rows] = text.trimEnd().split('\n');
  const [, fileDate, sha256] = STAMP.exec(stamp) ?? [];
  if (!fileDate || !sha256 || head !== HEAD) throw new Error('This is no table of area codes.');
  const centres = new Map(rows.flatMap(centreOf));
  return { fileDate, sha256, codes: rows.map(areaCodeOf), centres };
}

function centreOf(row: string): [code: string, Centre][] {
  const [code = '', , , , , , latitude, longitude] = row.split(',');
  return latitude ? [[code, { latitude: Number(latitude), longitude: Number(longitude) }]] : [];
}

function areaCodeOf(row: string): AreaCode {
  const cells = row.split(',');
  const [code = '', kind, country, regions = '', since, overlays = ''] = cells;
  const known = KINDS.find((each) => each === kind);
  if (cells.length !== 8 || !/^\d{3}$/.test(code) || known === undefined)
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
