import type { AreaCode } from './area-code.ts';
import { countryName } from './regions.ts';

/** The vendor's types that are bought by area code, and the country of each. */
const COUNTRY_OF = { local: 'US', canadian_local: 'CA' } as const;
export type LocalType = keyof typeof COUNTRY_OF;
const TYPE_OF = new Map<string | null, LocalType>([
  ['US', 'local'],
  ['CA', 'canadian_local'],
]);

/** What a numbering is asked for here. */
type Known = {
  fileDate: string;
  find(code: string): AreaCode | undefined;
  describe(code: string): string | null;
};

export type AreaCodeProblem = {
  /** An error stays true however late the plan is bought; a warning may pass with time. */
  severity: 'error' | 'warning';
  /** What should stand there instead, as the end of "Write …". */
  expected: string;
  /** What is wrong and what to do. */
  message: string;
};

/** Codes that the rules of the numbering plan keep from every place, with what they are for. */
const UNASSIGNABLE: ReadonlyArray<[pattern: RegExp, use: string]> = [
  [/^[2-9]11$/, 'a service code'],
  [/^988$/, 'the number of the crisis line'],
  [/^555$/, 'kept for directory assistance'],
  [/^950$/, 'kept for access to carriers'],
  [/^(?:[2-9]9\d|37\d|96\d)$/, 'kept for the growth of the numbering plan'],
];

const ANOTHER = "an area code of the line's type";

/** What is wrong with an area code; see `Numbering.problemWith`. */
export function areaCodeProblem(
  known: Known,
  { type, areaCode, today }: { type: LocalType; areaCode: string; today: string },
): AreaCodeProblem | null {
  const use = UNASSIGNABLE.find(([pattern]) => pattern.test(areaCode))?.[1];
  if (use !== undefined) {
    const message = `No place has the area code ${areaCode}: it is ${use}. Write ${ANOTHER}.`;
    return { severity: 'error', expected: ANOTHER, message };
  }
  const found = known.find(areaCode);
  if (!found) return notAssigned(areaCode, known);
  return wrongKind(found, type) ?? wrongCountry(found, type, known) ?? notYet(found, today);
}

function notAssigned(areaCode: string, { fileDate }: Known): AreaCodeProblem {
  const message =
    `area_code ${areaCode} is not assigned in NANPA's report of ${fileDate}, so the ` +
    'vendor probably has no numbers there. Correct it if it is mistyped.';
  return { severity: 'warning', expected: ANOTHER, message };
}

function wrongKind({ code: areaCode, kind }: AreaCode, type: LocalType): AreaCodeProblem | null {
  if (kind === 'geographic') return null;
  const severity = 'error';
  if (kind === 'toll-free') {
    const message =
      `area_code ${areaCode} is a toll-free code, but the type is ${type}. For ` +
      'toll-free numbers write the type tollfree and no area code.';
    return { severity, expected: ANOTHER, message };
  }
  const is = `area_code ${areaCode} belongs to no place`;
  const message = `${is}, but the type is ${type}. Write ${ANOTHER}.`;
  return { severity, expected: ANOTHER, message };
}

function wrongCountry(
  { code: areaCode, country }: AreaCode,
  type: LocalType,
  known: Known,
): AreaCodeProblem | null {
  if (country === COUNTRY_OF[type]) return null;
  const right = TYPE_OF.get(country);
  const where = `area_code ${areaCode} is in ${known.describe(areaCode)}`;
  if (right !== undefined) {
    const but = `but the type is ${type}. Write the type ${right}.`;
    const message = `${where}, ${countryName(country!)}, ${but}`;
    return { severity: 'error', expected: `the type ${right}`, message };
  }
  const message = `${where}, and the vendor sells no numbers there.`;
  return { severity: 'error', expected: ANOTHER, message };
}

function notYet({ code: areaCode, since }: AreaCode, today: string): AreaCodeProblem | null {
  if (since !== null && since <= today) return null;
  const when = since === null ? 'the day is not known' : `it comes on ${since}`;
  const message =
    `area_code ${areaCode} is not yet in service: ${when}. ` +
    'Write another area code, or wait until it is.';
  return { severity: 'warning', expected: ANOTHER, message };
}
