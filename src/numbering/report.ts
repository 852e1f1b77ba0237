import { createHash } from 'node:crypto';
import { CsvError, parse } from 'csv-parse/sync';
import { named } from '../english.ts';
import { AppError } from '../errors.ts';
import { isRealDay } from '../reading/index.ts';
import type { AreaCode, AreaCodes } from './area-code.ts';
import { countryOf, regionOf } from './regions.ts';

const COLUMNS = [
  'NPA_ID',
  'ASSIGNED',
  'USE',
  'LOCATION',
  'COUNTRY',
  'IN_SERVICE_DT',
  'OVERLAY_COMPLEX',
  'SERVICE',
] as const;
type Row = Record<(typeof COLUMNS)[number], string>;

const FIRST_CODE = 200;
const CODES = 800;

/** Reads NANPA's report as it is served. Throws AppError `bad_file`, beginning with `name`. */
export function readReport(bytes: Uint8Array, path: string, name = path): AreaCodes {
  const read = rowsOf(new TextDecoder().decode(bytes));
  const report = typeof read === 'string' ? read : reportOf(read);
  if (typeof report === 'string')
    throw new AppError('bad_file', `${name} is not NANPA's report of area codes: ${report}.`, {
      path,
    });
  return { ...report, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What it says; or, as the end of a sentence, why it cannot be one. */
function reportOf([first = [], head = [], ...rows]: string[][]):
  | Omit<AreaCodes, 'sha256'>
  | string {
  const fileDate = first.length === 2 && first[0] === 'File Date' ? fileDateOf(first[1]!) : null;
  if (fileDate === null) return 'its first line is not "File Date,MM/DD/YYYY"';
  const missing = COLUMNS.filter((column) => !head.includes(column));
  if (missing.length > 0) return `it has no ${named('column', missing)}`;
  if (rows.length !== CODES) return `it has ${rows.length} rows of area codes, not ${CODES}`;
  const codes: AreaCode[] = [];
  for (const [index, cells] of rows.entries()) {
    const expected = String(FIRST_CODE + index);
    const row = Object.fromEntries(
      COLUMNS.map((column) => [column, cells[head.indexOf(column)]?.trim() ?? '']),
    ) as Row;
    if (row.NPA_ID !== expected) return `row ${index + 1} is not that of area code ${expected}`;
    if (cells.length !== head.length) return `area code ${expected} has ${cells.length} cells`;
    if (row.ASSIGNED !== 'Yes') continue;
    const code = areaCodeOf(row);
    if (typeof code === 'string') return `area code ${expected} has ${code}`;
    codes.push(code);
  }
  return { fileDate, codes: symmetric(codes) };
}

function areaCodeOf(row: Row): AreaCode | string {
  const kind = kindOf(row);
  const country = row.COUNTRY === '' ? null : countryOf(row.COUNTRY);
  if (country === undefined) return `an unknown country (${row.COUNTRY})`;
  const since = row.IN_SERVICE_DT === '' ? null : dateOf(row.IN_SERVICE_DT);
  if (since === undefined) return `an unreadable date (${row.IN_SERVICE_DT})`;
  const common = { code: row.NPA_ID, kind, country, since };
  if (kind !== 'geographic') return { ...common, regions: [], overlays: [] };
  if (country === null) return 'no country';
  const overlays = overlaysOf(row);
  if (country !== 'US' && country !== 'CA') return { ...common, regions: [], overlays };
  const regions = row.LOCATION.split(/ -|- /).map((place) => regionOf(country, place.trim()));
  if (regions.includes(undefined)) return `an unknown location (${row.LOCATION})`;
  return { ...common, regions: regions as string[], overlays };
}

function kindOf({ USE, SERVICE }: Row): AreaCode['kind'] {
  if (SERVICE === 'Toll-Free') return 'toll-free';
  return USE === 'G' ? 'geographic' : 'non-geographic';
}

/**
 * The column lists several groups, some without the row's own code. Only groups with it tell what
 * overlays it: 917 is in Manhattan's group and in the other boroughs', which do not overlay each
 * other.
 */
function overlaysOf({ NPA_ID: own, OVERLAY_COMPLEX: groups }: Row): string[] {
  return groups
    .split(',')
    .map((group) => group.trim().split('/'))
    .filter((group) => group.includes(own))
    .flat()
    .filter((code) => code !== own);
}

/** The report may name an overlay on one side alone; and one that is not assigned is none. */
function symmetric(codes: AreaCode[]): AreaCode[] {
  const overlays = new Map(codes.map(({ code }) => [code, new Set<string>()]));
  for (const { code, overlays: others } of codes) {
    for (const other of others.filter((each) => overlays.has(each))) {
      overlays.get(code)!.add(other);
      overlays.get(other)!.add(code);
    }
  }
  return codes.map((each) => ({ ...each, overlays: [...overlays.get(each.code)!].sort() }));
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `01-Jan-1947` -> `1947-01-01`. */
function dateOf(text: string): string | undefined {
  const [, day, month = '', year] = /^(\d\d)-([A-Z][a-z]{2})-(\d{4})$/.exec(text) ?? [];
  const date = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}`;
  return isRealDay(date) ? date : undefined;
}

function fileDateOf(text: string): string | null {
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  return isRealDay(date) ? date : null;
}

/** CSV -> its rows; or, as the end of a sentence, why it is none. */
function rowsOf(text: string): string[][] | string {
  try {
    return parse(text, { record_delimiter: ['\r\n', '\n'], relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return `line ${Number(error.records) + 1} is not CSV`;
  }
}
