import type { AreaCode } from './area-code.ts';
import type { Numbering } from './numbering.ts';

const FIELDS = ['kind', 'country', 'regions', 'since', 'overlays'] as const;

export type Change = {
  code: string;
  /** `assigned`: the whole code came or went. */
  what: 'assigned' | (typeof FIELDS)[number];
  /** As a text; '' for nothing. */
  was: string;
  is: string;
};

/** What another report says differently, by code. */
export function changesBetween(before: Numbering, after: Numbering): Change[] {
  const codes = new Set([...before.all(), ...after.all()].map(({ code }) => code));
  return [...codes].sort().flatMap((code): Change[] => {
    const [was, is] = [before.find(code), after.find(code)];
    if (!was || !is) {
      const assigned = (numbering: Numbering) => numbering.describe(code) ?? '';
      return [{ code, what: 'assigned', was: assigned(before), is: assigned(after) }];
    }
    return FIELDS.map((what) => ({
      code,
      what,
      was: textOf(was[what]),
      is: textOf(is[what]),
    })).filter((change) => change.was !== change.is);
  });
}

const textOf = (value: AreaCode[(typeof FIELDS)[number]]): string =>
  typeof value === 'string' ? value : (value?.join(', ') ?? '');
