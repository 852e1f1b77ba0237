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

/**
 * A function that adds what is wrong with a sound row's area code, and with the cell that holds it.
 * It looks each code up once.
 */
export function areaCodeValidator(
  rules: AreaCodeRules | undefined,
): (row: ValidatedRow, cell?: string) => ValidatedRow {
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
  return (row, cell = '') => {
    const { line } = row;
    if (line === null) return row;
    const problem = problemOf(line);
    if (problem === null) {
      if (line.areaCode === null) return row;
      const why = mayBeTwo(line.areaCode)
        ? SAME_PLACE
        : TWO_PARTS.test(cell) && whyApart(line.areaCode, rules);
      if (!why) return row;
      const warning = readAsExchange({ line: line.line, areaCode: line.areaCode }, why);
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

type Why = (code: string, exchange: string) => string;
const SAME_PLACE: Why = (_, other) =>
  `${other} is an area code of the same place, too: if both are meant, write a row for each.`;
const OTHER_PLACE: Why = (_, other) =>
  `${other} is an area code, too: if both are meant, write a row for each.`;
const RANGE: Why = (code, last) =>
  `If the area codes from ${code} to ${last} are meant, write a row for each of them.`;

/** `212-215`, `212 215`, `(212) 215`, with any dash. */
const TWO_PARTS = /\d{3} ?\)?[\s\p{Pd}\u2212]+\d{3}['"”’]?$/u;
/** What is further away is no range that a person would write. */
const RANGE_MAX = 20;

/** Why six digits in two parts may be a range or a list of area codes. */
function whyApart(areaCode: string, { numbering, today }: AreaCodeRules): Why | false {
  const [code, exchange] = [areaCode.slice(0, 3), areaCode.slice(3)];
  const further = Number(exchange) - Number(code);
  if (further > 0 && further <= RANGE_MAX) return RANGE;
  const isCode = numbering.find(exchange)?.kind === 'geographic';
  return isCode && numbering.isInService(exchange, today) && OTHER_PLACE;
}

/** People write two area codes into one cell. It then reads as one exchange, and buys there. */
function readAsExchange({ line, areaCode }: { line: number; areaCode: string }, why: Why): Warning {
  const [code, exchange] = [areaCode.slice(0, 3), areaCode.slice(3)];
  const message =
    `area_code ${code}-${exchange} was read as the exchange ${exchange} of ${code}. ` +
    why(code, exchange);
  return { line, column: 'area_code', message, needsAnswer: true };
}

/** Of each area code; one more is kept, to say that there are more. */
const EXCHANGES_SHOWN = 5;

/** `212`, or `212 (212-555, 212-556)` where a plan names exchanges. */
export function areaCodeWords({ areaCode, exchanges = [] }: AreaCodeSum): string {
  if (exchanges.length === 0) return areaCode;
  const shown = exchanges.slice(0, EXCHANGES_SHOWN).map((each) => `${areaCode}-${each}`);
  return `${areaCode} (${shown.join(', ')}${exchanges.length > shown.length ? ', …' : ''})`;
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
    if (areaCode.length > 3) addExchange(sum, areaCode.slice(3));
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

function addExchange(sum: Pick<AreaCodeSum, 'exchanges'>, exchange: string): void {
  sum.exchanges ??= [];
  if (sum.exchanges.length > EXCHANGES_SHOWN || sum.exchanges.includes(exchange)) return;
  sum.exchanges.push(exchange);
}
