import { createHash } from 'node:crypto';
import type { Piece } from './csv.ts';

/** What identifies a file; `rows` are those below its header. */
export type FileFacts = { rows: number; bytes: number; sha256: string };

/** Collects the facts of a file while it passes the pieces on. */
export async function factsOf(
  pieces: AsyncIterable<Piece>,
  handOn: (bytes: Buffer) => Promise<unknown>,
): Promise<FileFacts> {
  const hash = createHash('sha256');
  const facts = { rows: 0, bytes: 0 };
  for await (const { text, rows } of pieces) {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    facts.rows += rows;
    facts.bytes += bytes.length;
    await handOn(bytes);
  }
  return { ...facts, sha256: hash.digest('hex') };
}
