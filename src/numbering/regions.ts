/** Two letters and a name, again and again. */
const namesIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(',').map((each) => [each.trim().slice(0, 2), each.trim().slice(3)]),
  );

/** Names of states, provinces and territories, by country. */
const REGIONS: Record<string, Record<string, string>> = {
  US: namesIn(`
    AL Alabama, AK Alaska, AS American Samoa, AZ Arizona, AR Arkansas, CA California,
    CO Colorado, CT Connecticut, DE Delaware, DC District of Columbia, FL Florida, GA Georgia,
    GU Guam, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas, KY Kentucky,
    LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota,
    MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire,
    NJ New Jersey, NM New Mexico, NY New York, NC North Carolina, ND North Dakota,
    MP Northern Mariana Islands, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania,
    PR Puerto Rico, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee,
    TX Texas, UT Utah, VT Vermont, VI U.S. Virgin Islands, VA Virginia, WA Washington,
    WV West Virginia, WI Wisconsin, WY Wyoming`),
  CA: namesIn(`
    AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick,
    NL Newfoundland and Labrador, NS Nova Scotia, NT Northwest Territories, NU Nunavut,
    ON Ontario, PE Prince Edward Island, QC Quebec, SK Saskatchewan, YT Yukon`),
};

const COUNTRIES = namesIn(`
  US United States, CA Canada, AG Antigua and Barbuda, AI Anguilla, BB Barbados, BM Bermuda,
  BS Bahamas, DM Dominica, DO Dominican Republic, GD Grenada, JM Jamaica,
  KN St. Kitts and Nevis, KY Cayman Islands, LC St. Lucia, MS Montserrat, SX Sint Maarten,
  TC Turks and Caicos Islands, TT Trinidad and Tobago, VC St. Vincent and Grenadines,
  VG British Virgin Islands`);

export const countryName = (country: string): string => COUNTRIES[country] ?? country;

export const regionName = (country: string, region: string): string =>
  REGIONS[country]?.[region] ?? region;

/** What people write for the two countries beside their names. */
const OTHER_NAMES: Record<string, string> = {
  USA: 'US',
  UNITEDSTATESOFAMERICA: 'US',
  AMERICA: 'US',
  CAN: 'CA',
};

/** The country that a person's words name; undefined: none of the numbering plan. */
export function countryNamed(words: string): string | undefined {
  const key = plain(words);
  return key in COUNTRIES ? key : (OTHER_NAMES[key] ?? codeOf(COUNTRIES, words));
}

/** The states and provinces, by country and two letters, that a person's words name. */
export function regionsNamed(words: string): [country: string, region: string][] {
  return Object.keys(REGIONS).flatMap((country): [string, string][] => {
    const region = regionOf(country, plain(words));
    return region === undefined ? [] : [[country, region]];
  });
}

/** As NANPA's report writes a country -> its ISO code; undefined: unknown. */
export function countryOf(words: string): string | undefined {
  return words === 'US' ? 'US' : codeOf(COUNTRIES, words);
}

/** As NANPA's report writes a place, `NJ` or `NOVA SCOTIA`, -> its two letters. */
export function regionOf(country: string, words: string): string | undefined {
  const regions = REGIONS[country] ?? {};
  if (words in regions) return words;
  return words === 'CNMI' ? 'MP' : codeOf(regions, words);
}

function codeOf(names: Record<string, string>, words: string): string | undefined {
  return Object.keys(names).find((code) => plain(names[code]!) === plain(words));
}

/** The report writes `ST.LUCIA` and `ST. LUCIA`, `&`, `/` and `AND`. */
const plain = (words: string): string =>
  words
    .normalize('NFD')
    .toUpperCase()
    .replace(/\bAND\b|[^A-Z]/g, '');
