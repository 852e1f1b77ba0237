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
    // Some servers send it without zlib's header.
    (body, options) =>
      ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
  ],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

/** Means the same to all: to give what there is, and to ask for no end. */
const ALSO_CUT = { finishFlush: constants.Z_PARTIAL_FLUSH };

/**
 * `rest` is what follows the compressed part. With a `why` the body proves nothing: it is as much
 * as can be decompressed, or the bytes as they came.
 */
export type Opened = { body: Buffer; rest: Buffer } | { body: Buffer; why: string };

/** The body, decompressed as its header says, up to `mostBytes`; or why it cannot be. */
export function decompress(body: Buffer, encoding: string | undefined, mostBytes: number): Opened {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return { body, rest: Buffer.alloc(0) };
  const open = BY_NAME.get(name);
  // Not by its name: the vendor chose it, and it may hold a key.
  if (!open) return { body, why: 'it is compressed in an unknown way' };
  const tried = (bytes: Buffer, options: Partial<Options> = {}): Buffer | null => {
    try {
      return open(bytes, { maxOutputLength: mostBytes, ...options });
    } catch {
      return null;
    }
  };
  const opened = tried(body);
  if (opened === null) {
    const part = tried(body, ALSO_CUT);
    const why = `it is compressed (${name}) and cannot be decompressed`;
    return { body: part?.length ? part : body, why };
  }
  const end = endOf(body, (bytes) => tried(bytes) !== null);
  return { body: opened, rest: body.subarray(end) };
}

/**
 * Where the compressed part of a body ends: zlib drops what follows it. Without its last byte no
 * part can be decompressed: where the body can, something follows.
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
