import { count, counted } from '../english.ts';
import type { Numbering } from '../numbering/index.ts';
import type { Ladder, Step } from './ladder.ts';

/** Area codes of a ladder that are named. */
const NAMED = 12;

/** What may follow once an order is settled with fewer numbers than it asked for. */
export const LACK_FOLLOWS =
  'what is lacking may be asked for again where the line has a fallback or keeps trying';

/**
 * A ladder for people, on one line: `212 New York: overlay 332, 646; nearby:25+cross 347 (3 mi),
 * 201 (9.2 mi, New Jersey); tollfree`. It names every rung, and at most 12 area codes.
 */
export function ladderWords(
  { type, areaCode, fallback, steps }: Ladder,
  numbering: Numbering,
): string {
  const place = areaCode === null ? null : numbering.describe(areaCode);
  const describe = ({ name, areaCode: code, miles }: Step): string => {
    if (name === 'overlay' || code === null) return code ?? '';
    const there = numbering.describe(code);
    const more = [miles === null ? null : `${count(miles)} mi`, there === place ? null : there];
    const words = more.filter((each) => each !== null).join(', ');
    return words === '' ? code : `${code} (${words})`;
  };
  let left = NAMED;
  const rungs = fallback.split(' ').map((rung, at) => {
    const own = steps.filter((step) => step.rung === at + 1 && step.areaCode !== null);
    const named = own.slice(0, left);
    const more = own.length - named.length;
    left -= named.length;
    const codes = named.map(describe);
    if (more > 0) codes.push(named.length > 0 ? `and ${more} more` : counted(more, 'area code'));
    return codes.length > 0 ? `${rung} ${codes.join(', ')}` : rung;
  });
  const whose = areaCode === null ? type : [areaCode, place].filter(Boolean).join(' ');
  return `${whose}: ${rungs.join('; ')}`;
}
