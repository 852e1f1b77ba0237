import { count } from '../english.ts';
import { Expander, type Ladder } from '../fallback/index.ts';
import type { AreaCodeRules } from './area-codes.ts';
import { cellError, type Problem } from './cells.ts';
import type { Line } from './columns.ts';
import type { PlanError } from './plan-error.ts';

/** Steps of all ladders of a plan, in memory and in the ledger; a faulty one counts as one. */
const STEPS_MAX = 300_000;

/** Expands each different ladder of a plan once: the cell, the type and the first three digits. */
export class Ladders {
  /** In the order in which the plan names them. */
  readonly found: Ladder[] = [];
  readonly #expander: Expander | undefined;
  readonly #known = new Map<string, Ladder | Problem>();
  #steps = 0;
  /** The line with which they became too many. */
  #tooManyAt: number | undefined;

  /** Without rules nothing is expanded. */
  constructor(rules: AreaCodeRules | undefined) {
    this.#expander = rules && new Expander(rules);
  }

  /** What is wrong with the ladder of a line without other errors; `cell` is what the file has. */
  errorOf(line: Line, cell: string): PlanError | undefined {
    if (this.#expander === undefined || line.fallback === null) return undefined;
    const outcome = this.#outcomeOf(line, line.fallback, this.#expander);
    if (outcome === undefined || 'steps' in outcome) return undefined;
    return cellError(line.line, 'fallback', cell, outcome);
  }

  /** How many steps the ladder of a checked line has. */
  stepsOf(line: Line): number {
    const found = this.#known.get(keyOf(line));
    return found !== undefined && 'steps' in found ? found.steps.length : 0;
  }

  get tooMany(): PlanError | undefined {
    if (this.#tooManyAt === undefined) return undefined;
    const expected = `at most ${count(STEPS_MAX)} area codes`;
    const message =
      `The fallbacks of the plan have more than ${count(STEPS_MAX)} area codes and faulty ` +
      'cells, counted once for each different cell and area code of a line. Write fewer ' +
      'different cells, or split the file: everything from this line on is too much.';
    return { line: this.#tooManyAt, column: 'fallback', found: 'too many', expected, message };
  }

  /** Undefined when there were too many before. */
  #outcomeOf(line: Line, fallback: string, expander: Expander): Ladder | Problem | undefined {
    const key = keyOf(line);
    const known = this.#known.get(key);
    if (known !== undefined || this.#tooManyAt !== undefined) return known;
    const { type, areaCode } = line;
    const whose = { type, areaCode: areaCode === null ? null : areaCode.slice(0, 3) };
    const outcome = expander.expand(whose, fallback);
    this.#known.set(key, outcome);
    if ('steps' in outcome) this.found.push(outcome);
    this.#steps += 'steps' in outcome ? outcome.steps.length : 1;
    if (this.#steps > STEPS_MAX) this.#tooManyAt = line.line;
    return outcome;
  }
}

/** Of lines whose ladders are equal. */
function keyOf({ type, areaCode, fallback }: Line): string {
  return `${type} ${areaCode?.slice(0, 3)} ${fallback}`;
}
