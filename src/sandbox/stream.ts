/** Answers without a size limit, written piece by piece as fast as the client reads. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Characters in one write. */
const PIECE = 65_536;

export async function stream(
  response: ServerResponse,
  type: string,
  texts: Iterable<string>,
): Promise<void> {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` });
  try {
    await pipeline(Readable.from(inPieces(texts)), response);
  } catch (error) {
    // The client may hang up at any time.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
