/** All that came on a connection, in parts. undici reads only the fields and the body. */
import type { Headers } from './headers.ts';
import type { Transcript } from './order-socket.ts';

export type Parts = {
  /** Status lines and fields, including those of answers of status 102 or 103. */
  head: Buffer;
  /** What is neither head nor body: beside the chunks, in trailers, after the answer. */
  beyond: Buffer;
  /** The connection was cut after the answer: nobody knows what else was on its way. */
  wasCut: boolean;
};

/**
 * `body` is what undici has read of these bytes. Null: only a close could end this answer, and the
 * connection was not closed. undici takes a reset for a close.
 */
export function partsOf(
  { all, isWhole, end }: Transcript,
  { headers, body }: { headers: Headers; body: Buffer },
): Parts | null {
  const isInChunks = /chunked\s*$/i.test(headers['transfer-encoding'] ?? '');
  if (!isInChunks && headers['content-length'] === undefined && end !== 'closed') return null;
  const start = startOfBody(all);
  const head = all.subarray(0, start);
  const rest = all.subarray(start);
  const [data, beyond] = isInChunks
    ? chunksOf(rest)
    : [rest.subarray(0, body.length), rest.subarray(body.length)];
  // When undici has read something else, or not all was kept, any byte may be beyond the answer.
  return { head, beyond: isWhole && data.equals(body) ? beyond : all, wasCut: end === 'cut' };
}

function startOfBody(all: Buffer): number {
  for (let start = 0; ; ) {
    const end = all.indexOf('\r\n\r\n', start);
    if (end < 0) return all.length;
    const head = all.toString('latin1', start, end);
    start = end + 4;
    // Blank lines may come first, and answers of status 102 and 103.
    if (!/^\s*(?:HTTP\/1\.\d 1|$)/.test(head)) return start;
  }
}

/** The data in chunks, and the bytes beside it without the lengths. */
function chunksOf(bytes: Buffer): [data: Buffer, beside: Buffer] {
  const data: Buffer[] = [];
  const beside: Buffer[] = [];
  let [at, length] = [0, Number.NaN];
  while (length !== 0) {
    const end = bytes.indexOf('\r\n', at);
    const digits = /^[\da-f]*/i.exec(bytes.toString('latin1', at, Math.max(at, end)))![0];
    if (digits === '') break;
    beside.push(bytes.subarray(at + digits.length, end));
    length = Number.parseInt(digits, 16);
    data.push(bytes.subarray(end + 2, end + 2 + length));
    // A line ends the data of each chunk but the last, which has none.
    at = end + 2 + (length && length + 2);
  }
  beside.push(bytes.subarray(at));
  return [Buffer.concat(data), Buffer.concat(beside)];
}
