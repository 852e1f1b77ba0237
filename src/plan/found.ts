import { count } from '../english.ts';
import type { Warning } from './plan-error.ts';

type Said = Pick<Warning, 'column' | 'message'>;

/** Rows of one kind: how many, and what is said of the first. */
export class Found {
  count = 0;
  #first: Warning | undefined;

  add(line: number, said: () => Said): void {
    this.count += 1;
    this.#first ??= { line, ...said(), needsAnswer: true };
  }

  get warning(): Warning | undefined {
    const first = this.#first;
    if (first === undefined || this.count === 1) return first;
    const message = `${count(this.count)} rows are like line ${first.line}, where: `;
    return { ...first, message: message + first.message };
  }
}
