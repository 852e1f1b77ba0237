import type { NumberType } from '../number-type.ts';
import type { Numbering } from '../numbering/index.ts';
import { type FallbackProblem, type Ladder, problem } from './ladder.ts';
import type { Rung } from './read.ts';

/** The type of a line, and the first three digits of its area code; null for `true800`. */
export type Whose = Pick<Ladder, 'type' | 'areaCode'>;

/** The area codes as they are on a day, `YYYY-MM-DD`. */
export type Geography = { numbering: Numbering; today: string };

const LEAVE_OUT = 'Leave it out.';

/** A rung with area codes. */
export type PlacedRung = Exclude<Rung, { kind: 'tollfree' }>;
type Codes = readonly string[] | FallbackProblem;

/** A rung's area codes for a line, in buying order, at least one; another rung may share them. */
export function codesOf(rung: PlacedRung, { type, areaCode }: Whose, geography: Geography): Codes {
  const own = areaCode === null ? undefined : geography.numbering.find(areaCode);
  const hasPlace = own?.kind === 'geographic';
  if (rung.kind === 'to') {
    // The line's area code may be of another country than its type. A warning says so, and codes of
    // both countries may be named.
    const countries = [countryOf(type), hasPlace ? own.country : null];
    const because = firstOf(rung.areaCodes, (code) =>
      code === areaCode ? "the line's own area code" : unfit(code, countries, geography),
    );
    return because === undefined ? rung.areaCodes : problem(`names ${because}`, LEAVE_OUT);
  }
  if (hasPlace) return codesAround(own.code, rung, geography);
  const because = `has no area codes for ${rung.name}, because the place of ${areaCode} is unknown`;
  return problem(because, 'Name them, such as to:332+646, or leave the cell blank.');
}

function codesAround(
  own: string,
  rung: Exclude<PlacedRung, { kind: 'to' }>,
  { numbering, today }: Geography,
): Codes {
  if (rung.kind === 'nearby') {
    const codes = numbering.nearby(own, rung.miles, { today, cross: rung.cross });
    return codes.length > 0 ? codes.map(({ code }) => code) : nothingNearby(rung, own, numbering);
  }
  if (rung.kind === 'state') {
    const codes = byMiles(numbering, own, numbering.inRegionOf(own, today));
    const because = `${own} is the only area code of ${numbering.describe(own)}`;
    return codes.length > 0 ? codes : problem(`finds nothing: ${because}`, LEAVE_OUT);
  }
  const codes = numbering.overlaysOf(own).filter((code) => numbering.isInService(code, today));
  return codes.length > 0 ? codes : problem(`finds nothing: ${own} has no overlay`, LEAVE_OUT);
}

/** Why a line of these countries cannot buy there, as what follows the code. */
function unfit(
  code: string,
  countries: readonly (string | null)[],
  { numbering, today }: Geography,
): string | undefined {
  const found = numbering.find(code);
  if (found === undefined) return 'which is not assigned';
  if (found.kind === 'toll-free') return 'a toll-free code; the rung for it is tollfree';
  if (found.kind !== 'geographic') return 'which belongs to no place';
  if (!countries.includes(found.country)) {
    return `which is in ${numbering.describe(code)}, and so not in the line's country`;
  }
  return numbering.isInService(code, today) ? undefined : 'which is not yet in service';
}

function firstOf(
  codes: readonly string[],
  because: (code: string) => string | undefined,
): string | undefined {
  for (const code of codes) {
    const reason = because(code);
    if (reason !== undefined) return `${code}, ${reason}`;
  }
  return undefined;
}

function nothingNearby(
  { miles, cross }: { miles: number; cross: boolean },
  code: string,
  numbering: Numbering,
): FallbackProblem {
  if (numbering.milesBetween(code, code) === null) {
    return problem(`finds nothing: the centre of ${code} is not known`, LEAVE_OUT);
  }
  const which = cross ? 'no area code' : 'no area code of the same state';
  const advice = `Write more miles${cross ? '' : ', add +cross'} or leave it out.`;
  return problem(`finds nothing: ${which} lies within ${miles} miles of ${code}`, advice);
}

/** Nearest first; those whose distance is not known last, by code. */
function byMiles(numbering: Numbering, own: string, codes: readonly string[]): string[] {
  const milesTo = new Map(codes.map((code) => [code, numbering.milesBetween(own, code)]));
  const rank = (code: string) => milesTo.get(code) ?? Number.MAX_VALUE;
  return codes.toSorted((a, b) => rank(a) - rank(b) || Number(a) - Number(b));
}

const countryOf = (type: NumberType): string => (type === 'canadian_local' ? 'CA' : 'US');
