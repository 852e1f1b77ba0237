import { createHash } from 'node:crypto';
import type { Piece } from './csv.ts';

/** What identifies a file; `rows` are those below its header. */
export type FileFacts = { rows: number; bytes: number; sha256: string };

/**
 * Collects the facts of a file while it passes the pieces on. The bytes are the receiver's until
 * its promise is fulfilled: the next piece takes their place, or memory would not stay flat.
 */
export async function factsOf(
  pieces: AsyncIterable<Piece>,
  handOn: (bytes: Buffer) => Promise<unknown>,
): Promise<FileFacts> {
  const hash = createHash('sha256');
  const facts = { rows: 0, bytes: 0 };
  let room = Buffer.alloc(0);
  for await (const { text, rows } of pieces) {
    const length = Buffer.byteLength(text);
    if (length > room.length) room = Buffer.allocUnsafe(2 * length);
    room.write(text);
    const bytes = room.subarray(0, length);
    hash.update(bytes);
    facts.rows += rows;
    facts.bytes += bytes.length;
    await handOn(bytes);
  }
  return { ...facts, sha256: hash.digest('hex') };
}
