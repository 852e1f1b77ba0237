import type { Numbering } from '../numbering/index.ts';
import { codesOf, type Geography, type PlacedRung, type Whose } from './codes.ts';
import type { FallbackProblem, Ladder, Step } from './ladder.ts';
import { rungsOf } from './read.ts';

type Found = readonly { areaCode: string; miles: number | null }[] | FallbackProblem;

/** Rungs of a line that are remembered. Ladders that differ in their caps have the same ones. */
const REMEMBERED = 10_000;

/** Says which area codes the cell `fallback` of a line means. */
export class Expander {
  readonly #geography: Geography;
  readonly #found = new Map<string, Found>();

  constructor(geography: Geography) {
    this.#geography = geography;
  }

  /**
   * Of a cell that is not blank. A rung with the cap 0 buys nothing, and keeps its area codes from
   * the rungs after it. The country and the type stay the line's own, except for
   * `tollfree`. A rung without an area code is a problem: nobody could buy there. One whose area
   * codes are all in rungs before it adds nothing.
   */
  expand(whose: Whose, fallback: string): Ladder | FallbackProblem {
    const rungs = rungsOf(fallback);
    if ('because' in rungs) return rungs;
    const { type, areaCode } = whose;
    const taken = new Set([areaCode]);
    const steps: Step[] = [];
    for (const [at, rung] of rungs.entries()) {
      const { name, cap } = rung;
      const common = { rung: at + 1, name, cap };
      if (rung.kind === 'tollfree') {
        if (cap !== 0) steps.push({ ...common, areaCode: null, type: 'tollfree', miles: null });
        continue;
      }
      const found = this.#codesOf(rung, whose);
      if ('because' in found) return found;
      const added = found.filter(({ areaCode }) => !taken.has(areaCode));
      for (const each of added) {
        taken.add(each.areaCode);
        if (cap !== 0) steps.push({ ...common, ...each, type });
      }
    }
    return { type, areaCode, fallback, steps };
  }

  #codesOf(rung: PlacedRung, whose: Whose): Found {
    const key = `${whose.areaCode} ${whose.type} ${rung.name}`;
    let found = this.#found.get(key);
    if (found === undefined) {
      const { numbering } = this.#geography;
      const codes = codesOf(rung, whose, this.#geography);
      const own = whose.areaCode;
      found =
        'because' in codes
          ? codes
          : codes.map((code) => ({ areaCode: code, miles: roundedMiles(numbering, own, code) }));
      if (this.#found.size >= REMEMBERED) this.#found.clear();
      this.#found.set(key, found);
    }
    return found;
  }
}

function roundedMiles(numbering: Numbering, own: string | null, code: string): number | null {
  const miles = own === null ? null : numbering.milesBetween(own, code);
  return miles === null ? null : Math.round(miles * 10) / 10;
}
