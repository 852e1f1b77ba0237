import { listed } from '../english.ts';
import type { AreaCode, AreaCodes } from './area-code.ts';
import { type AreaCodeProblem, areaCodeProblem, type LocalType } from './area-code-problem.ts';
import { type Centre, milesBetween } from './centres.ts';
import { countryName, countryNamed, regionName, regionsNamed } from './regions.ts';
import type { Table } from './table.ts';

/** Older than this, codes may have come that the table does not know. */
const OLD_AFTER_DAYS = 180;
const DAY_MS = 86_400_000;

/** The area codes of the North American numbering plan. Days are written `YYYY-MM-DD`. */
export class Numbering {
  /** The date of NANPA's report. */
  readonly fileDate: string;
  /** Of the report, hex. */
  readonly sha256: string;
  readonly #codes: ReadonlyMap<string, AreaCode>;
  readonly #centres: ReadonlyMap<string, Centre>;

  constructor({ fileDate, sha256, codes, centres }: Table) {
    this.fileDate = fileDate;
    this.sha256 = sha256;
    this.#codes = new Map(codes.map((each) => [each.code, each]));
    this.#centres = centres;
  }

  /** Every assigned code, in the order of their digits. */
  all(): AreaCode[] {
    return [...this.#codes.values()];
  }

  /** Undefined when NANPA has not assigned the code. */
  find(code: string): AreaCode | undefined {
    return this.#codes.get(code);
  }

  /** Where a code is, `New York`; its kind where it belongs to no place; null: not assigned. */
  describe(code: string): string | null {
    const found = this.find(code);
    if (!found) return null;
    const { kind, country, regions } = found;
    if (kind !== 'geographic' || country === null) return kind;
    if (regions.length === 0) return countryName(country);
    return listed(regions.map((each) => regionName(country, each)));
  }

  /** The codes in service of the state, province or country that words name, if they name one. */
  codesIn(words: string, today: string): string[] {
    const [region] = regionsNamed(words);
    const country = countryNamed(words);
    return this.all()
      .filter((each) =>
        region === undefined
          ? each.country === country && each.kind === 'geographic'
          : each.country === region[0] && each.regions.includes(region[1]),
      )
      .filter(({ code }) => this.isInService(code, today))
      .map(({ code }) => code);
  }

  /** Whether words name a state or province that the code does not serve. */
  isOutsideRegion(code: string, words: string): boolean {
    const own = this.#placeOf(code);
    const named = regionsNamed(words);
    if (own === undefined || named.length === 0) return false;
    return !named.some(([country, region]) => own.country === country && serves(own, region));
  }

  /** Whether words name another country than the code's. Its territories may name themselves. */
  isOutsideCountry(code: string, words: string): boolean {
    const own = this.#placeOf(code);
    if (own === undefined || !/\p{L}/u.test(words)) return false;
    if (countryNamed(words) === own.country) return false;
    return !regionsNamed(words).some(([, region]) => serves(own, region));
  }

  #placeOf(code: string): AreaCode | undefined {
    const found = this.find(code);
    return found?.kind === 'geographic' ? found : undefined;
  }

  /** Also those that are not yet in service. */
  overlaysOf(code: string): readonly string[] {
    return this.find(code)?.overlays ?? [];
  }

  isInService(code: string, today: string): boolean {
    const since = this.find(code)?.since;
    return typeof since === 'string' && since <= today;
  }

  /** The other codes of the same state or province, in service. */
  inRegionOf(code: string, today: string): string[] {
    const own = this.find(code);
    if (own?.kind !== 'geographic') return [];
    return this.#othersInCountryOf(own, today)
      .filter((other) => shareRegion(own, other))
      .map((other) => other.code);
  }

  /**
   * The other codes in service whose centres, which are rough, are at most `miles` away, nearest
   * first: of the same state or province; with `cross`, of the same country.
   */
  nearby(
    code: string,
    miles: number,
    { today, cross = false }: { today: string; cross?: boolean },
  ): { code: string; miles: number }[] {
    const own = this.find(code);
    const centre = this.#centreOf(code);
    if (own?.kind !== 'geographic' || !centre) return [];
    return this.#othersInCountryOf(own, today)
      .filter((other) => cross || shareRegion(own, other))
      .flatMap((other) => {
        const there = this.#centreOf(other.code);
        return there ? [{ code: other.code, miles: milesBetween(centre, there) }] : [];
      })
      .filter((other) => other.miles <= miles)
      .sort((a, b) => a.miles - b.miles);
  }

  /** Null when a centre is not known. Centres are rough. */
  milesBetween(code: string, other: string): number | null {
    const [here, there] = [this.#centreOf(code), this.#centreOf(other)];
    return here && there ? milesBetween(here, there) : null;
  }

  /** What is wrong with buying in an area code; null: nothing. Errors do not depend on the day. */
  problemWith(type: LocalType, areaCode: string, today: string): AreaCodeProblem | null {
    return areaCodeProblem(this, { type, areaCode, today });
  }

  /** Whole days since the report's date. */
  ageInDays(today: string): number {
    return Math.round((Date.parse(today) - Date.parse(this.fileDate)) / DAY_MS);
  }

  /** A sentence when the report is too old to be relied on; else null. */
  ageWarning(today: string): string | null {
    const days = this.ageInDays(today);
    if (days <= OLD_AFTER_DAYS) return null;
    return (
      `The area codes are those of NANPA's report of ${this.fileDate}, which is ${days} days ` +
      'old. NUMBERING_FILE may name a newer one.'
    );
  }

  /** With the same centres, for another report. */
  withCodes(codes: AreaCodes): Numbering {
    return new Numbering({ ...codes, centres: this.#centres });
  }

  #othersInCountryOf({ code, country }: AreaCode, today: string): AreaCode[] {
    return this.all().filter(
      (other) =>
        other.kind === 'geographic' &&
        other.country === country &&
        other.code !== code &&
        this.isInService(other.code, today),
    );
  }

  /** A newer code is where the codes are that it overlays. */
  #centreOf(code: string): Centre | undefined {
    const known = [code, ...this.overlaysOf(code)].find((each) => this.#centres.has(each));
    return known === undefined ? undefined : this.#centres.get(known);
  }
}

/** The day of a moment, UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function shareRegion(a: AreaCode, b: AreaCode): boolean {
  return a.regions.length === 0
    ? b.regions.length === 0
    : a.regions.some((region) => b.regions.includes(region));
}

function serves({ regions }: AreaCode, region: string): boolean {
  return regions.length === 0 || regions.includes(region);
}
