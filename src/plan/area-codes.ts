import type { Numbering } from '../numbering/index.ts';
import type { Judged, Line } from './judge.ts';

/** By what the area codes of a plan are judged. */
export type AreaCodeRules = {
  numbering: Numbering;
  /** `YYYY-MM-DD`. */
  today: string;
  /** False for a sandbox, which sells in any area code: what is a fault elsewhere is a warning. */
  isStrict: boolean;
};

/** What a plan asks for in one area code, of three digits. */
export type AreaCodeSum = {
  areaCode: string;
  /** Where it is, such as `New York`; null: not assigned. */
  place: string | null;
  lines: number;
  numbers: number;
};

/** A row without faults so far, with what is wrong with its area code. */
export function judgeAreaCode(judged: Judged, rules: AreaCodeRules | undefined): Judged {
  const { line } = judged;
  const problem = line && rules ? problemOf(line, rules) : null;
  if (!line || !problem) return judged;
  const { severity, expected, message } = problem;
  const place = { line: line.line, column: 'area_code', message };
  if (severity === 'warning' || !rules?.isStrict)
    return { ...judged, warnings: [...judged.warnings, place] };
  const fault = { ...place, found: line.areaCode ?? '', expected };
  return { line: null, faults: [fault], warnings: judged.warnings };
}

function problemOf({ type, areaCode }: Line, { numbering, today }: AreaCodeRules) {
  if (areaCode === null || type === 'tollfree' || type === 'true800') return null;
  return numbering.problemWith(type, areaCode.slice(0, 3), today);
}

/** Adds up what is asked for in each area code. */
export class AreaCodeSums {
  readonly #sums = new Map<string, { lines: number; numbers: number }>();

  add({ areaCode, quantity }: Line): void {
    if (areaCode === null) return;
    const code = areaCode.slice(0, 3);
    const sum = this.#sums.get(code);
    if (sum === undefined) {
      this.#sums.set(code, { lines: 1, numbers: quantity });
    } else {
      sum.lines += 1;
      sum.numbers += quantity;
    }
  }

  /** Most numbers first. */
  describe({ numbering }: AreaCodeRules): AreaCodeSum[] {
    return [...this.#sums]
      .map(([code, sum]) => ({ areaCode: code, place: numbering.describe(code), ...sum }))
      .sort((a, b) => b.numbers - a.numbers || Number(a.areaCode) - Number(b.areaCode));
  }
}
