import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

type Options = { maxOutputLength: number; finishFlush?: number };
type Decompress = (body: Buffer, options: Options) => Buffer;

/** The request asks for no compression, but a proxy may compress an answer anyway. */
const BY_NAME = new Map<string, Decompress>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  [
    'deflate',
    // Some servers leave out zlib's header.
    (body, options) =>
      ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
  ],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

/** Decompresses the beginning of a body that was cut. Every compression here knows this flag. */
const ALSO_CUT = { finishFlush: constants.Z_PARTIAL_FLUSH };

/**
 * `rest` follows the compressed part. With a `why` the body proves nothing: it is the part that can
 * be decompressed, or the bytes as they came.
 */
export type Opened = { body: Buffer; rest: Buffer } | { body: Buffer; why: string };

/** Decompresses the body as its header says, up to `mostBytes`. */
export function decompress(body: Buffer, encoding: string | undefined, mostBytes: number): Opened {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return { body, rest: Buffer.alloc(0) };
  const open = BY_NAME.get(name);
  // Without its name: the vendor chose the name, which may hold a key.
  if (!open) return { body, why: 'it is compressed in an unknown way' };
  const tryOpen = (bytes: Buffer, options: Partial<Options> = {}): Buffer | null => {
    try {
      return open(bytes, { maxOutputLength: mostBytes, ...options });
    } catch {
      return null;
    }
  };
  const opened = tryOpen(body);
  if (opened === null) {
    const part = tryOpen(body, ALSO_CUT);
    const why = `it is compressed (${name}) and cannot be decompressed`;
    return { body: part?.length ? part : body, why };
  }
  const end = endOf(body, (bytes) => tryOpen(bytes) !== null);
  return { body: opened, rest: body.subarray(end) };
}

/**
 * Where the compressed part of a body ends: zlib ignores what follows. A compressed part that lacks
 * its last byte does not open. So a body that opens without its last byte has something behind it.
 */
function endOf(body: Buffer, opens: (bytes: Buffer) => boolean): number {
  if (!opens(body.subarray(0, -1))) return body.length;
  let [short, long] = [0, body.length - 1];
  while (long - short > 1) {
    const middle = Math.floor((short + long) / 2);
    if (opens(body.subarray(0, middle))) long = middle;
    else short = middle;
  }
  return long;
}

const SIGNS: [name: string, bytes: number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** The compression that the first bytes of a body show; null: none. */
export function compressionOf(body: Uint8Array): string | null {
  const found = SIGNS.find(([, bytes]) => bytes.every((byte, at) => body[at] === byte));
  return found?.[0] ?? null;
}
