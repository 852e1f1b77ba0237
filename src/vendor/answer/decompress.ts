import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Buffer;

/** The request asks for no compression, but a proxy may compress an answer anyway. */
const BY_NAME: Record<string, Decompress> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  // Some servers send it without zlib's header.
  deflate: (body, options) =>
    ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/**
 * The body of a complete answer, decompressed as its content-encoding header says; or why it cannot
 * be. What would be more than `mostBytes` is not decompressed.
 */
export function decompress(
  body: Buffer,
  encoding: string | undefined,
  mostBytes: number,
): { body: Buffer } | { why: string } {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return { body };
  const open = BY_NAME[name];
  // Not by its name: the vendor chose it, and it may hold a key.
  if (!open) return { why: 'it is compressed in an unknown way' };
  try {
    return { body: open(body, { maxOutputLength: mostBytes }) };
  } catch {
    return { why: `it is compressed (${name}) and cannot be decompressed` };
  }
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
