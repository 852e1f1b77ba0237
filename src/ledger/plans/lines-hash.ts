import { createHash, hash } from 'node:crypto';

const WORDS = 8;

/** A hash of lines in whatever sequence: of two files with the same lines it is the same. */
export class LinesHash {
  /** Each word of the lines' own hashes, summed up. Exact: a plan has less than 2^21 lines. */
  readonly #sums = new Float64Array(WORDS);

  add(line: string): void {
    const own = hash('sha256', line, 'buffer');
    for (let at = 0; at < WORDS; at++) this.#sums[at]! += own.readUInt32LE(4 * at);
  }

  /** 64 hex digits. */
  digest(): string {
    return createHash('sha256').update(this.#sums).digest('hex');
  }
}
