/** What reading may remove from a cell: its bytes make no difference. */
const REMOVED = new Uint8Array(256);
for (const byte of Buffer.from("'\t \u00a0\u1680\u2000\u2028\u2029\u202f\u205f\u3000\ufeff"))
  REMOVED[byte] = 1;
for (let byte = 0x80; byte <= 0x8a; byte++) REMOVED[byte] = 1;

/** A hash with one more number in it. */
export function mixed(hash: number, value: number): number {
  return Math.imul(hash ^ value, 16_777_619);
}

/** A hash with one more cell in it, which may have blanks around it. */
export function withCell(hash: number, bytes: Uint8Array, from: number, end: number): number {
  let value = mixed(hash, 256);
  for (let at = from; at < end; at++)
    if (REMOVED[bytes[at]!] === 0) value = mixed(value, bytes[at]!);
  return value;
}

export function ownHash(cells: readonly string[]): number {
  return cells.reduce((hash, cell) => {
    const bytes = Buffer.from(cell);
    return withCell(hash, bytes, 0, bytes.length);
  }, 0);
}
