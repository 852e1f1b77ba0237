import { isTollFree, type NumberType } from '../number-type.ts';
import { EXPECTED, type Problem, readAreaCode, SKIP_IT } from './cells.ts';

/** What a rule may ask about the row besides its values. */
export type RowState = {
  isInvalid: (column: string) => boolean;
  /** `YYYY-MM-DD`; null: days are not checked. */
  readonly today: string | null;
};

type Asked = {
  type: NumberType;
  areaCode: string | null;
  cleansedOnly: boolean | null;
  distance: number | null;
  allowOverlay: boolean | null;
  fallback: string | null;
};

export function readAreaCodeOf(cell: string, type: NumberType | undefined): string | Problem {
  if (!isTollFree(type)) return readAreaCode(cell);
  return {
    expected: `nothing, because the type is ${type}`,
    because: `must be blank, because the type is ${type}`,
    advice: 'Such numbers cannot be searched by code, not even by 800 or 888.',
  };
}

export function lackingAreaCode(type: NumberType | undefined): Problem | undefined {
  // An invalid type may have been meant for one that needs no area code.
  if (type === undefined || isTollFree(type)) return undefined;
  const expected = EXPECTED.areaCode;
  const because = `is blank, but type ${type} needs one`;
  const advice = `Write ${expected}, also for merged cells. If this row is a total, remove it.`;
  return { expected, because, advice };
}

export function lackingQuantity(): Problem {
  const expected = EXPECTED.quantity;
  return { expected, because: 'is blank', advice: SKIP_IT };
}

const LEAVE_ONE = 'Leave one of them blank.';

/** The vendor's two conditions on overlays. */
export function overlayConflicts(line: Asked, row: RowState): Problem[] {
  const { areaCode, cleansedOnly, allowOverlay } = line;
  if (allowOverlay !== true) return [];
  const problems: Problem[] = [];
  const expected = '0 or blank';
  // An invalid area code has an error of its own, and may have been meant to have 6 digits.
  if (areaCode?.length !== 6 && !row.isInvalid('area_code')) {
    const has = areaCode === null ? 'none' : `3 (${areaCode})`;
    const because = `works only with an area code of 6 digits, and this line has ${has}`;
    problems.push({ expected, because, advice: 'Write 6 digits, or leave allow_overlay blank.' });
  }
  if (cleansedOnly === true) {
    const because = 'and cleansed_only cannot both be 1: the vendor does not support it';
    problems.push({ expected, because, advice: LEAVE_ONE });
  }
  return problems;
}

/** Beside some columns the vendor would choose the area codes; some types have none. */
export function fallbackConflicts({ type, distance, allowOverlay, fallback }: Asked): Problem[] {
  if (fallback === null) return [];
  const expected = 'nothing';
  const problems: Problem[] = [];
  if (type === 'tollfree') {
    const because = 'has no use, because the type is tollfree';
    problems.push({ expected, because, advice: 'Leave fallback blank.' });
  } else if (type === 'true800' && !/^tollfree(?::\d+)?$/.test(fallback)) {
    const because = 'has area codes, but the type is true800';
    problems.push({ expected: 'tollfree', because, advice: 'Write tollfree, or leave it blank.' });
  }
  const both = (other: string) =>
    `and ${other} cannot both be set: ${other} lets the vendor choose area codes`;
  if (distance !== null) problems.push({ expected, because: both('distance'), advice: LEAVE_ONE });
  if (allowOverlay === true)
    problems.push({ expected, because: both('allow_overlay'), advice: LEAVE_ONE });
  return problems;
}
