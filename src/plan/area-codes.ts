import type { Check } from '../documents/index.ts';
import type { AreaCodeProblem, LocalType, Numbering } from '../numbering/index.ts';
import { memoized } from '../reading/index.ts';
import type { Line } from './columns.ts';

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

export const AREA_CODES_SHOWN = 20;

/** Those in which a plan asks for most numbers. */
export function mainAreaCodes({ areaCodes }: { areaCodes: AreaCodeSum[] }): string[] {
  return areaCodes.slice(0, AREA_CODES_SHOWN).map(({ areaCode }) => areaCode);
}

/** `212-215`, `212 215`, `(212) 215`, with any dash. */
const TWO_PARTS = /\d{3} ?\)?[\s\p{Pd}\u2212]+\d{3}['"”’]?$/u;
/** What is further away is no range that a person would write. */
const RANGE_MAX = 20;

/** What is wrong with area codes. Without rules: nothing. */
export class AreaCodes {
  readonly #rules: AreaCodeRules | undefined;
  readonly #problemWith: { [type in LocalType]: (code: string) => AreaCodeProblem | null };
  readonly #overlaysOf: (code: string) => readonly string[];

  constructor(rules: AreaCodeRules | undefined) {
    this.#rules = rules;
    const problemsOf = (type: LocalType) =>
      memoized((code) => {
        const problem = rules?.numbering.problemWith(type, code, rules.today) ?? null;
        return problem && !rules?.isStrict ? { ...problem, severity: 'warning' as const } : problem;
      });
    this.#problemWith = {
      local: problemsOf('local'),
      canadian_local: problemsOf('canadian_local'),
    };
    this.#overlaysOf = memoized((code) => rules?.numbering.overlaysOf(code) ?? []);
  }

  /** Null: nothing. */
  problemWith(type: LocalType, areaCode: string): AreaCodeProblem | null {
    return this.#problemWith[type](areaCode.slice(0, 3));
  }

  /**
   * What a person may have meant by six digits: they read as one exchange, and buy there. Undefined
   * for a cell, which may be left out, that means an exchange.
   */
  otherMeaning(areaCode: string, cell = ''): string | undefined {
    if (this.#rules === undefined || areaCode.length === 3) return undefined;
    const [code, other] = [areaCode.slice(0, 3), areaCode.slice(3)];
    const read = `area_code ${code}-${other} was read as exchange ${other} in area code ${code}.`;
    const both = 'if both are meant, write a row for each.';
    if (this.#overlaysOf(code).includes(other))
      return `${read} But ${other} is also an area code of the same place: ${both}`;
    if (!TWO_PARTS.test(cell)) return undefined;
    const further = Number(other) - Number(code);
    if (further > 0 && further <= RANGE_MAX) {
      const range = `If the area codes from ${code} to ${other} are meant`;
      return `${read} ${range}, write a row for each of them.`;
    }
    if (!isPlaceInService(other, this.#rules)) return undefined;
    return `${read} But ${other} is also an area code: ${both}`;
  }

  /** Whether there is nothing to say about digits without anything between them. */
  isRight(type: LocalType, areaCode: string): boolean {
    return this.problemWith(type, areaCode) === null && this.otherMeaning(areaCode) === undefined;
  }
}

/** Whether a text is the area code of a place. Without rules nobody knows. */
export function isPlaceInService(code: string, rules: AreaCodeRules | undefined): boolean {
  if (rules === undefined) return false;
  const { numbering, today } = rules;
  return numbering.find(code)?.kind === 'geographic' && numbering.isInService(code, today);
}

/** Of each area code; one more is kept, to say that there are more. */
const EXCHANGES_SHOWN = 5;

/** `212`, or `212 (212-555, 212-556)` where a plan names exchanges. */
export function areaCodeWords({ areaCode, exchanges = [] }: AreaCodeSum): string {
  if (exchanges.length === 0) return areaCode;
  const shown = exchanges.slice(0, EXCHANGES_SHOWN).map((each) => `${areaCode}-${each}`);
  return `${areaCode} (${shown.join(', ')}${exchanges.length > shown.length ? ', …' : ''})`;
}

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
