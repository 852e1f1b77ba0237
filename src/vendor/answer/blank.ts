/** Bytes. Some servers add a blank line after an answer; none adds this many. */
const MOST_BLANKS = 1_000;

/** Whether bytes that follow an answer say nothing. Many blanks may hide what comes after them. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.length <= MOST_BLANKS && bytes.every((byte) => BLANKS.includes(byte));
}

const BLANKS = [...Buffer.from('\r\n\t ')];
