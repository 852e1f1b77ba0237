import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

type Unpack = (body: Buffer, options: { maxOutputLength: number }) => Buffer;

/** The request asks for no encoding, but a proxy may compress an answer anyway. */
const BY_NAME: Record<string, Unpack> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  // Some send it without its head.
  deflate: (body, options) =>
    ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/**
 * Unpacks the body of a whole answer, or says why it cannot. `encoding` is its header. A body that
 * would exceed `mostBytes` is not unpacked.
 */
export function unpack(
  body: Buffer,
  encoding: string | undefined,
  mostBytes: number,
): { body: Buffer } | { why: string } {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return { body };
  const open = BY_NAME[name];
  // The name is the vendor's word and may be anything, a key too.
  if (!open) return { why: 'it is packed in a way that is not known' };
  try {
    return { body: open(body, { maxOutputLength: mostBytes }) };
  } catch {
    return { why: `it is packed (${name}) and cannot be unpacked` };
  }
}

const SIGNS: [name: string, bytes: number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** How a body is packed that does not say so; null: in no way that can be seen. */
export function packedAs(body: Uint8Array): string | null {
  const found = SIGNS.find(([, bytes]) => bytes.every((byte, at) => body[at] === byte));
  return found?.[0] ?? null;
}
