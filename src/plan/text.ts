import { isUtf8 } from 'node:buffer';
import { refuseOtherFormats } from './kind.ts';
import { rowError, shown, Unreadable } from './plan-error.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Where bytes stop being a text: who counts its lines makes an error of it. */
export class NotText extends Error {
  readonly #found: string;

  constructor(found: string, message: string) {
    super(message);
    this.#found = found;
  }

  on(line: number): Unreadable {
    return new Unreadable(rowError(line, this.#found, 'a CSV text in UTF-8', this.message));
  }
}

const SAVE_AS = 'Save it again as "CSV UTF-8"';

/** Ctrl-Z: old programs end a text with it. */
const END_MARK = Buffer.of(0x1a);
const NOTHING = Buffer.alloc(0);

/**
 * Bytes to text, strictly: a wrong encoding would spoil names silently, so the first invalid byte
 * ends the reading. Reads UTF-8, and UTF-16 with a byte-order mark. The pieces are UTF-8 of whole
 * characters, each valid until the next one is asked for. Throws Unreadable for another format, and
 * NotText from `pieces` after the valid text.
 */
export async function readText(
  chunks: AsyncIterator<Buffer>,
): Promise<{ encoding: Encoding; pieces: AsyncGenerator<Buffer> }> {
  const start = await chunks.next();
  const first = start.done ? NOTHING : start.value;
  const { encoding, markLength } = detect(first);
  return { encoding, pieces: decode(encoding, first.subarray(markLength), chunks) };
}

function detect(first: Buffer): { encoding: Encoding; markLength: number } {
  const head = first.subarray(0, 4).toString('hex');
  if (head.startsWith('efbbbf')) return { encoding: 'utf-8', markLength: 3 };
  if (head.startsWith('fffe')) return { encoding: 'utf-16le', markLength: 2 };
  if (head.startsWith('feff')) return { encoding: 'utf-16be', markLength: 2 };
  refuseOtherFormats(first);
  return { encoding: 'utf-8', markLength: 0 };
}

async function* decode(
  encoding: Encoding,
  first: Buffer,
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  let carry = NOTHING;
  // Skipped at the very end of the file, and text anywhere else.
  let endMark = NOTHING;
  for (let chunk: Buffer | null = first; chunk !== null; chunk = await nextOf(chunks)) {
    const bytes = joined(carry, chunk);
    const whole = bytes.subarray(0, bytes.length - unfinished(encoding, bytes));
    // A copy, because the next chunk uses the same memory.
    carry = Buffer.from(bytes.subarray(whole.length));
    const { text, valid } = decodeStrictly(encoding, whole);
    const nul = text.indexOf(0);
    let good = joined(endMark, nul < 0 ? text : text.subarray(0, nul));
    endMark = good.at(-1) === END_MARK[0] ? END_MARK : NOTHING;
    good = good.subarray(0, good.length - endMark.length);
    if (good.length > 0) yield good;
    if (nul >= 0) throw nulError();
    if (valid < whole.length) throw byteError(encoding, bytes[valid]!, good.toString());
  }
  if (carry.length > 0) throw byteError(encoding, carry[0]!, '');
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await chunks.next();
  return next.done ? null : next.value;
}

function joined(before: Buffer, bytes: Buffer): Buffer {
  return before.length > 0 ? Buffer.concat([before, bytes]) : bytes;
}

/** How many bytes at the end begin a character without finishing it. */
function unfinished(encoding: Encoding, bytes: Buffer): number {
  if (encoding === 'utf-8') {
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if ((byte & 0xc0) === 0x80) continue;
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return size > back ? back : 0;
    }
    return 0;
  }
  const odd = bytes.length % 2;
  const high = bytes.length - odd - (encoding === 'utf-16le' ? 1 : 2);
  return high >= 0 && (bytes[high]! & 0xfc) === 0xd8 ? odd + 2 : odd;
}

/** The text of `bytes` up to the first invalid place, in UTF-8, and how many bytes that is. */
function decodeStrictly(encoding: Encoding, bytes: Buffer): { text: Buffer; valid: number } {
  const is8 = encoding === 'utf-8';
  if (is8 && isUtf8(bytes)) return { text: bytes, valid: bytes.length };
  const units = encoding === 'utf-16be' ? Buffer.from(bytes).swap16() : bytes;
  const name = is8 ? 'utf8' : 'utf16le';
  const text = units.toString(name).toWellFormed();
  const again = Buffer.from(text, name);
  if (again.equals(units)) return { text: Buffer.from(text), valid: bytes.length };
  // In place of what is invalid there is U+FFFD now, which may begin with the same bytes; all of
  // them are the same where these are the last.
  const other = units.findIndex((byte, at) => byte !== again[at]);
  const differs = other < 0 ? units.length : other;
  const same = units.subarray(0, differs);
  const valid = differs - unfinished(is8 ? encoding : 'utf-16le', same);
  return { text: Buffer.from(units.toString(name, 0, valid)), valid };
}

function nulError(): NotText {
  const message =
    'This is not a plain text: it has NUL characters, as UTF-16 without a ' +
    `byte-order mark and binary files do. ${SAVE_AS}.`;
  return new NotText('a NUL character', message);
}

function byteError(encoding: Encoding, byte: number, before: string): NotText {
  const hex = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const beginning = /[^\r\n]*$/.exec(before.slice(-20))![0];
  const found = `the byte ${hex}${beginning === '' ? '' : ` after "${shown(beginning)}"`}`;
  const message =
    `The text is not valid ${encoding.toUpperCase()}: ${found} does not fit. ` +
    `${SAVE_AS}. Reading stopped there.`;
  return new NotText(found, message);
}
