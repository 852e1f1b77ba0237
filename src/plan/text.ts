import { isAscii, isUtf8 } from 'node:buffer';
import { refuseOtherFormats } from './kind.ts';
import { shown, Unreadable } from './plan-error.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';
type PlanText = { encoding: Encoding; pieces: AsyncGenerator<Piece> };

/** A piece of a plan's text. It is valid only until the next one is asked for. */
export class Piece {
  /** The same in UTF-8; undefined for a piece that was made of a text. */
  readonly bytes: Buffer | undefined;
  /** The line of the file that this piece leaves unfinished, when its reader has counted them. */
  lineAfter: number | undefined;
  #text: string | undefined;
  #isAscii: boolean | undefined;

  constructor(content: Buffer | string) {
    if (typeof content === 'string') this.#text = content;
    else this.bytes = content;
  }

  get text(): string {
    this.#text ??= this.bytes!.toString();
    return this.#text;
  }

  /** The text of some of the bytes, which are whole characters. */
  textOf(from: number, end: number): string {
    this.#isAscii ??= isAscii(this.bytes!);
    return this.#isAscii ? this.text.slice(from, end) : this.bytes!.toString('utf8', from, end);
  }
}

const SAVE_AS = 'Save it again as "CSV UTF-8"';

/** Ctrl-Z: old programs end a text with it. */
const CTRL_Z = 0x1a;
const END_MARK = String.fromCharCode(CTRL_Z);

/**
 * Bytes to text, strictly: a wrong encoding would spoil names silently, so the first invalid byte
 * ends the reading. Reads UTF-8, and UTF-16 with a byte-order mark. Throws Unreadable, here or from
 * `pieces` after the valid text.
 */
export async function readText(chunks: AsyncIterator<Buffer>): Promise<PlanText> {
  const start = await chunks.next();
  const first = start.done ? Buffer.alloc(0) : start.value;
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
): AsyncGenerator<Piece> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const lines = new LineCount();
  let carry: Buffer = Buffer.alloc(0);
  // Skipped at the very end of the file, and text anywhere else.
  let endMark = '';
  for (let chunk: Buffer | null = first; chunk !== null; chunk = await nextOf(chunks)) {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    const whole = bytes.subarray(0, bytes.length - unfinished(encoding, bytes));
    // A copy, because the next chunk uses the same memory.
    carry = Buffer.from(bytes.subarray(whole.length));
    if (encoding === 'utf-8' && endMark === '' && isText(whole)) {
      const piece = new Piece(whole);
      yield piece;
      if (piece.lineAfter === undefined) lines.add(whole);
      else lines.goTo(piece.lineAfter, whole);
      continue;
    }
    const { text, valid } = decodeStrictly(decoder, encoding, whole);
    const nul = text.indexOf('\0');
    let good = endMark + (nul < 0 ? text : text.slice(0, nul));
    lines.add(Buffer.from(good));
    endMark = good.endsWith(END_MARK) ? END_MARK : '';
    if (endMark !== '') good = good.slice(0, -1);
    if (good !== '') yield new Piece(good);
    if (nul >= 0) throw nulError(lines.current);
    if (valid < whole.length) throw byteError(lines.current, encoding, bytes[valid]!, good);
  }
  if (carry.length > 0) throw byteError(lines.current, encoding, carry[0]!, '');
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await chunks.next();
  return next.done ? null : next.value;
}

/** Whether these bytes are a text as they are, with nothing to be skipped. */
function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && isUtf8(bytes) && !bytes.includes(0) && bytes.at(-1) !== CTRL_Z;
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

/** The text of `bytes` up to the first invalid place, and how many bytes that is. */
function decodeStrictly(
  decoder: TextDecoder,
  encoding: Encoding,
  bytes: Buffer,
): { text: string; valid: number } {
  const decoded = (length: number): { text: string; valid: number } | undefined => {
    const valid = length - unfinished(encoding, bytes.subarray(0, length));
    try {
      return { text: decoder.decode(bytes.subarray(0, valid)), valid };
    } catch {
      return undefined;
    }
  };
  let best = decoded(bytes.length);
  if (best !== undefined) return best;
  best = { text: '', valid: 0 };
  for (let low = 0, high = bytes.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    const tried = decoded(middle);
    if (tried === undefined) high = middle - 1;
    else [best, low] = [tried, middle];
  }
  return best;
}

/** Counts lines as editors do: CRLF, LF and CR each end one, even across pieces. */
class LineCount {
  current = 1;
  #previous = 0;

  /** Goes on from a reader that has counted: `line` is the one after these bytes. */
  goTo(line: number, utf8: Uint8Array): void {
    this.current = line;
    this.#previous = utf8.at(-1)!;
  }

  add(utf8: Uint8Array): void {
    let ends = 0;
    let previous = this.#previous;
    for (let at = 0; at < utf8.length; at++) {
      const byte = utf8[at]!;
      if (byte === 13 || (byte === 10 && previous !== 13)) ends++;
      previous = byte;
    }
    this.current += ends;
    this.#previous = previous;
  }
}

function nulError(line: number): Unreadable {
  const message =
    'This is not a plain text: it has NUL characters, as UTF-16 without a ' +
    `byte-order mark and binary files do. ${SAVE_AS}.`;
  return notText(line, 'a NUL character', message);
}

function byteError(line: number, encoding: Encoding, byte: number, before: string): Unreadable {
  const hex = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const beginning = /[^\r\n]*$/.exec(before.slice(-20))![0];
  const found = `the byte ${hex}${beginning === '' ? '' : ` after "${shown(beginning)}"`}`;
  const message =
    `The text is not valid ${encoding.toUpperCase()}: ${found} does not fit. ` +
    `${SAVE_AS}. Reading stopped there.`;
  return notText(line, found, message);
}

function notText(line: number, found: string, message: string): Unreadable {
  return new Unreadable({ line, column: '', found, expected: 'a CSV text in UTF-8', message });
}
