import { Unreadable } from './fault.ts';

/** How files begin that are no text, as hex of their first bytes. */
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

/** What a zip is, by names that stand near its beginning. */
const ZIPS: ReadonlyArray<[name: string, what: string]> = [
  ['application/vnd.oasis.opendocument', 'an OpenDocument file such as .ods'],
  ['Index/', 'a Numbers document'],
  ['word/', 'a Word document'],
  ['xl/', 'an .xlsx workbook'],
  ['[Content_Types].xml', 'a workbook such as .xlsx'],
];

const SAVE_AS = 'Save it again as "CSV UTF-8" and use that file.';

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

const SIGN_IN = /type\s*=\s*["']?password|\b(?:sign|log)[ -]?(?:in|on)\b/i;

/** Throws Unreadable when a file, by the beginning of its text, is a text of another kind. */
export function refuseOtherKinds(head: string): void {
  const start = head.trimStart();
  if (start.startsWith('{\\rtf')) throw otherKind('an RTF document', SAVE_AS);
  if (
    /^(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|table|meta|script|div|!--)/i.test(start)
  ) {
    if (!SIGN_IN.test(head)) throw otherKind('a web page (HTML)', SAVE_AS);
    const advice = 'The download needed an account: sign in, and download the file again.';
    throw otherKind('a web page that asks to sign in', advice);
  }
  if (start.startsWith('<?xml')) throw otherKind('an XML file', SAVE_AS);
  // A name in brackets is a header's; JSON goes on with a quote, a bracket or a number.
  if (/^[[{]\s*(?:["[{}\]]|-?\d)/.test(start)) {
    throw otherKind('JSON', 'Export it as CSV and use that file.');
  }
}

function otherKind(what: string, advice: string): Unreadable {
  return new Unreadable({
    line: 1,
    column: '',
    found: what,
    expected: 'a CSV text in UTF-8',
    message: `This is ${what}, not a CSV text. ${advice}`,
  });
}
