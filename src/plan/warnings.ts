import { count, counted, named } from '../english.ts';
import { AppError } from '../errors.ts';
import type { Warning } from './plan-error.ts';

/** This many errors, warnings and ladders are listed. All are counted. */
export const LISTED_MAX = 100;

/** Of rows that are alike, besides the first. */
const NAMED = 5;

type Alike = { first: Warning; lines: string[]; more: number };

/** The warnings of a plan. What needs an answer comes first, once a kind: it is always listed. */
export class Warnings {
  readonly #ofPlan: Warning[] = [];
  readonly #asked = new Map<string, Alike>();
  readonly #ofRows: Warning[] = [];
  #rows = 0;

  ofPlan(...warnings: readonly Warning[]): void {
    this.#ofPlan.push(...warnings);
  }

  ofRow(warning: Warning): void {
    this.#rows += 1;
    if (this.#rows <= LISTED_MAX) this.#ofRows.push(warning);
  }

  /** Asks once about a row that may mean something else. Of each kind the first one says why. */
  ask(kind: string, warning: Warning): void {
    const { line } = warning;
    const alike = this.#asked.get(kind);
    if (alike === undefined) {
      this.#asked.set(kind, { first: { ...warning, needsAnswer: true }, lines: [], more: 0 });
    } else if (line === alike.first.line || alike.lines.includes(count(line))) return;
    else if (alike.lines.length < NAMED) alike.lines.push(count(line));
    else alike.more += 1;
  }

  /** Takes a question back that the rows below have answered. */
  forget(kind: string): void {
    this.#asked.delete(kind);
  }

  get count(): number {
    return this.#ofPlan.length + this.#asked.size + this.#rows;
  }

  get listed(): Warning[] {
    const asked = [...this.#asked.values()].map(({ first, lines, more }) => {
      if (lines.length === 0) return first;
      const others = more > 0 ? [...lines, `${count(more)} more`] : lines;
      return { ...first, message: `${first.message} The same on ${named('line', others)}.` };
    });
    return [...this.#ofPlan, ...asked, ...this.#ofRows].slice(0, LISTED_MAX);
  }
}

/** Warnings that a person must accept before the plan is bought with live keys. */
export function unanswered(warnings: readonly Warning[]): Warning[] {
  return warnings.filter(({ needsAnswer }) => needsAnswer);
}

/** Refuses live buying while nobody has accepted the warnings. Throws AppError `not_confirmed`. */
export function refuseUnanswered(plan: string, warnings: readonly Warning[]): void {
  const open = unanswered(warnings);
  if (open.length === 0) return;
  throw new AppError(
    'not_confirmed',
    [
      `${plan} has ${counted(open.length, 'warning')} that must be accepted before real numbers ` +
        'are bought. Nothing was started.',
      ...open.map(({ line, message }) => `line ${line}: ${message}`),
      'If the plan is right, add --accept-warnings.',
    ],
    { warnings: open },
  );
}
