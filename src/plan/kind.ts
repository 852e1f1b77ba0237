import { rowError, Unreadable } from './plan-error.ts';

/** The first bytes, in hex, of files that are no text. */
const FORMATS: ReadonlyArray<[start: string, what: string]> = [
  ['d0cf11e0', 'an .xls workbook (or another old Office file)'],
  ['1f8b', 'compressed with gzip'],
  ['425a68', 'compressed with bzip2'],
  ['fd377a585a', 'compressed with xz'],
  ['28b52ffd', 'compressed with Zstandard'],
  ['377abcaf', 'a 7z archive'],
  ['526172211a', 'a RAR archive'],
  ['25504446', 'a PDF'],
  ['89504e47', 'a PNG picture'],
  ['ffd8ff', 'a JPEG picture'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
  ['50415231', 'a Parquet file'],
];

/** What a zip is, by names near its beginning. */
const ZIPS: ReadonlyArray<[name: string, what: string]> = [
  ['application/vnd.oasis.opendocument', 'an OpenDocument file such as .ods'],
  ['Index/', 'a Numbers document'],
  ['word/', 'a Word document'],
  ['xl/', 'an .xlsx workbook'],
  ['[Content_Types].xml', 'a workbook such as .xlsx'],
];

const SAVE_AS = 'Save the list as "CSV UTF-8" and use that file.';

/** Throws Unreadable when a file, by its first bytes, is no text at all. */
export function refuseOtherFormats(first: Buffer): void {
  const hex = first.subarray(0, 16).toString('hex');
  if (hex.startsWith('504b0304')) {
    const names = first.toString('latin1');
    const what = ZIPS.find(([name]) => names.includes(name))?.[1];
    throw otherKind(what ?? 'a workbook such as .xlsx (or another zip file)', SAVE_AS);
  }
  const what = FORMATS.find(([start]) => hex.startsWith(start))?.[1];
  if (what === undefined) return;
  throw otherKind(what, what.startsWith('compressed') ? 'Unpack it first.' : SAVE_AS);
}

const HTML = /^(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|table|meta|script|div|!--)/i;
/** A name or a number in brackets is not enough. */
const JSON_START = /^(?:\[\s*(?:["[{]|-?[\d.]+\s*,)|\{\s*["}])/;
const SIGN_IN = /type\s*=\s*["']?password|\b(?:sign|log)[ -]?(?:in|on)\b/i;

/** The kind of a text that cannot be read as a plan, by its beginning; undefined when unknown. */
export function otherTextKind(head: string): Unreadable | undefined {
  const start = head.trimStart();
  if (start.startsWith('{\\rtf')) return otherKind('an RTF document', SAVE_AS);
  if (HTML.test(start)) {
    if (!SIGN_IN.test(head)) return otherKind('a web page (HTML)', SAVE_AS);
    const advice = 'The download needed an account: sign in, and download the file again.';
    return otherKind('a web page that asks to sign in', advice);
  }
  if (start.startsWith('<?xml')) return otherKind('an XML file', SAVE_AS);
  if (/^\+-+\+/.test(start))
    return otherKind('a table drawn with lines', 'Export it as CSV and use that file.');
  if (JSON_START.test(start)) return otherKind('JSON', 'Export it as CSV and use that file.');
  return undefined;
}

function otherKind(what: string, advice: string): Unreadable {
  const message = `This is ${what}, not a CSV text. ${advice}`;
  return new Unreadable(rowError(1, what, 'a CSV text in UTF-8', message));
}
