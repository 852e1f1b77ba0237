/** Ranges of files that are made while they are sent, to continue a download. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

type File = {
  /** Changes when the file may change. Null for a file that is not final: no tag, no range. */
  etag: string | null;
  /** The same bytes each time. */
  read(): AsyncIterable<string>;
};

type Range = { from: number; to: number };

/** Sends the file, a range of it, or 304. A range makes the file twice, once for its length. */
export async function sendFile(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  { etag, read }: File,
): Promise<FastifyReply> {
  if (etag === null) return reply.send(Readable.from(method === 'HEAD' ? [] : read()));
  // The caller may store it, but asks each time whether it has changed.
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' });
  const known = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known?.some((each) => each === etag || each === '*')) return reply.status(304).send();
  if (method === 'HEAD') return reply.send(Readable.from([]));
  const wished = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '');
  const ifRange = headers['if-range'];
  if (!wished || wished[0] === 'bytes=-' || (ifRange && ifRange !== etag))
    return reply.send(Readable.from(read()));
  const size = await lengthOf(read());
  const range = rangeIn(size, wished[1]!, wished[2]!);
  if (!range) return reply.status(416).header('content-range', `bytes */${size}`).send();
  return reply
    .status(206)
    .header('content-range', `bytes ${range.from}-${range.to}/${size}`)
    .header('content-length', range.to - range.from + 1)
    .send(Readable.from(slice(read(), range)));
}

async function lengthOf(file: AsyncIterable<string>): Promise<number> {
  let length = 0;
  for await (const part of file) length += Buffer.byteLength(part);
  return length;
}

/** `5-9`, `5-`, and `-5` for the last five; null when the range is outside the file. */
function rangeIn(size: number, first: string, last: string): Range | null {
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from <= to ? { from, to } : null;
}

async function* slice(file: AsyncIterable<string>, { from, to }: Range): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const part of file) {
    const bytes = Buffer.from(part);
    const piece = bytes.subarray(Math.max(0, from - at), Math.max(0, to + 1 - at));
    at += bytes.length;
    if (piece.length > 0) yield piece;
    if (at > to) return;
  }
}
