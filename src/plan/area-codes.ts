import type { Check } from '../documents/index.ts';
import type { AreaCodeProblem, LocalType, Numbering } from '../numbering/index.ts';
import { remembering } from '../remembering.ts';
import type { Line } from './columns.ts';
import type { Warning } from './plan-error.ts';
import type { ValidatedRow } from './validate-row.ts';

/** What the area codes of a plan are checked against. */
export type AreaCodeRules = {
  numbering: Numbering;
  /** `YYYY-MM-DD`. */
  today: string;
  /** False for a sandbox, which sells in any area code: what is an error elsewhere is a warning. */
  isStrict: boolean;
};

/** What a plan asks for in one area code, of three digits. */
type AreaCodeSum = Check['areaCodes'][number];

/** Area codes of a plan that are shown one by one. */
export const AREA_CODES_SHOWN = 20;

/** Those in which a plan asks for most numbers. */
export function mainAreaCodes({ areaCodes }: { areaCodes: AreaCodeSum[] }): string[] {
  return areaCodes.slice(0, AREA_CODES_SHOWN).map(({ areaCode }) => areaCode);
}

/** A function that adds what is wrong with a sound row's area code. It looks each code up once. */
export function areaCodeValidator(
  rules: AreaCodeRules | undefined,
): (row: ValidatedRow) => ValidatedRow {
  if (rules === undefined) return (row) => row;
  const { numbering, today, isStrict } = rules;
  const mayBeTwo = remembering((code) => areTwoCodes(numbering, code));
  const problems = {
    local: remembering((code) => numbering.problemWith('local', code, today)),
    canadian_local: remembering((code) => numbering.problemWith('canadian_local', code, today)),
  };
  const problemOf = ({ type, areaCode }: Line): AreaCodeProblem | null => {
    if (areaCode === null || type === 'tollfree' || type === 'true800') return null;
    return problems[type](areaCode.slice(0, 3));
  };
  return (row) => {
    const { line } = row;
    if (line === null) return row;
    const problem = problemOf(line);
    if (problem === null) {
      if (line.areaCode === null || !mayBeTwo(line.areaCode)) return row;
      const warning = readAsExchange({ line: line.line, areaCode: line.areaCode });
      return { ...row, warnings: [...row.warnings, warning] };
    }
    const { severity, expected, message } = problem;
    const said = { line: line.line, column: 'area_code', message };
    if (severity === 'warning' || !isStrict) return { ...row, warnings: [...row.warnings, said] };
    const error = { ...said, found: line.areaCode ?? '', expected };
    return { line: null, errors: [error], warnings: row.warnings };
  };
}

/** Returns a function that says whether there is nothing to say about an area code. */
export function rightAreaCodes(
  rules: AreaCodeRules | undefined,
): (type: LocalType, areaCode: string) => boolean {
  if (rules === undefined) return () => true;
  const { numbering, today } = rules;
  const isRight = (type: LocalType) =>
    remembering(
      (areaCode) =>
        numbering.problemWith(type, areaCode.slice(0, 3), today) === null &&
        !areTwoCodes(numbering, areaCode),
    );
  const are = { local: isRight('local'), canadian_local: isRight('canadian_local') };
  return (type, areaCode) => are[type](areaCode);
}

/** Whether six digits may be two area codes of one place, as in `212 646`. */
function areTwoCodes(numbering: Numbering, areaCode: string): boolean {
  return numbering.overlaysOf(areaCode.slice(0, 3)).includes(areaCode.slice(3));
}

/** People write two area codes into one cell. It then reads as one exchange, and buys there. */
function readAsExchange({ line, areaCode }: { line: number; areaCode: string }): Warning {
  const [code, exchange] = [areaCode.slice(0, 3), areaCode.slice(3)];
  const message =
    `area_code ${code}-${exchange} was read as the exchange ${exchange} of ${code}. ${exchange} ` +
    'is an area code of the same place, too: if both are meant, write a row for each.';
  return { line, column: 'area_code', message, needsAnswer: true };
}

/** Adds up what is asked for in each area code. */
export class AreaCodeSums {
  readonly #sums = new Map<string, Omit<AreaCodeSum, 'areaCode' | 'place'>>();

  add({ areaCode, quantity, type, orderSlot, fallback }: Line): void {
    if (areaCode === null) return;
    const code = areaCode.slice(0, 3);
    let sum = this.#sums.get(code);
    if (sum === undefined) {
      sum = { lines: 0, numbers: 0, firm: { local: 0, canadian_local: 0, slots: 0 } };
      this.#sums.set(code, sum);
    }
    sum.lines += 1;
    sum.numbers += quantity;
    if (fallback !== null) return;
    sum.firm[type === 'canadian_local' ? type : 'local'] += quantity;
    if (orderSlot) sum.firm.slots += quantity;
  }

  /** Most numbers first. */
  describe({ numbering }: AreaCodeRules): AreaCodeSum[] {
    return [...this.#sums]
      .map(([code, sum]) => ({ areaCode: code, place: numbering.describe(code), ...sum }))
      .sort((a, b) => b.numbers - a.numbers || Number(a.areaCode) - Number(b.areaCode));
  }
}
