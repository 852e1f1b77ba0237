import type { Cost, Price, PriceList } from '../documents/index.ts';
import { NUMBER_TYPES, type NumberType } from '../number-type.ts';
import { amountOf, decimal, sumOf } from './money.ts';

/** What is bought: numbers by their type, and slots. */
export type Goods = { numbers: Record<NumberType, number>; slots: number };

const NO_GOODS: Readonly<Goods> = {
  numbers: { local: 0, tollfree: 0, true800: 0, canadian_local: 0 },
  slots: 0,
};

/** What a plan asks for, by the counts of its check. */
type WantedGoods = {
  types: Record<NumberType, { numbers: number }>;
  slots: number;
  /** Of the numbers of each type, those that a fallback may buy toll-free instead. */
  mayBeTollfree: Record<NumberType, number>;
  areaCodes: {
    areaCode: string;
    /** Of lines without a fallback, so what this area code lacks is bought nowhere else. */
    firm: { local: number; canadian_local: number; slots: number };
  }[];
};

/** What earlier plans asked for and got in an area code. */
type Met = { areaCode: string; asked: number; bought: number };

/** What these numbers and slots cost. */
export function costOf(prices: PriceList, goods: Goods): Cost {
  return sumUp(prices, [
    ...NUMBER_TYPES.map((type) => ({ what: type, count: goods.numbers[type] })),
    { what: 'slot', count: goods.slots },
  ]);
}

/**
 * The most that a plan may cost: every number is bought, as the dearest that its line consents to.
 * Once and monthly each have their own worst case.
 */
export function mostOf(prices: PriceList, { types, slots, mayBeTollfree }: WantedGoods): Cost {
  return sumUp(prices, [
    ...NUMBER_TYPES.flatMap((type): Part[] => [
      { what: type, count: types[type].numbers },
      { what: 'tollfree', count: mayBeTollfree[type], insteadOf: type },
    ]),
    { what: 'slot', count: slots },
  ]);
}

/**
 * What a plan costs if each area code yields the share that it yielded to earlier plans. Where
 * nothing is known, and for lines with a fallback, that is all of it. Null when nothing is known of
 * any area code.
 */
export function usualOf(prices: PriceList, wanted: WantedGoods, earlier: Met[]): Cost | null {
  if (earlier.length === 0) return null;
  const goods = { numbers: { ...NO_GOODS.numbers }, slots: wanted.slots };
  for (const type of NUMBER_TYPES) goods.numbers[type] = wanted.types[type].numbers;
  for (const { areaCode, asked, bought } of earlier) {
    const firm = wanted.areaCodes.find((each) => each.areaCode === areaCode)?.firm;
    if (firm === undefined || bought >= asked) continue;
    const lacking = (count: number) => Math.round((count * (asked - bought)) / asked);
    goods.numbers.local -= lacking(firm.local);
    goods.numbers.canadian_local -= lacking(firm.canadian_local);
    goods.slots -= lacking(firm.slots);
  }
  return costOf(prices, goods);
}

/** What these cost once and for their first month, as limits count it; null: not known. */
export function firstMonthOf(currency: string, ...costs: (Cost | null)[]): string | null {
  const amounts = costs.flatMap((cost) => [cost?.once ?? null, cost?.monthly ?? null]);
  return amounts.every((amount) => amount !== null) ? sumOf(currency, ...amounts) : null;
}

type Part = {
  what: NumberType | 'slot';
  count: number;
  /** Only the price beyond this one's counts. */
  insteadOf?: NumberType;
};

function sumUp(prices: PriceList, parts: Part[]): Cost {
  const sums = { once: 0n, monthly: 0n };
  const unpriced = new Map<Part['what'], number>();
  for (const { what, count, insteadOf } of parts) {
    if (count === 0) continue;
    const price = priceOf(prices, what);
    if (price === null) {
      unpriced.set(what, (unpriced.get(what) ?? 0) + count);
      continue;
    }
    const other = insteadOf ? priceOf(prices, insteadOf) : null;
    for (const name of ['once', 'monthly'] as const) {
      const more = amountOf(price[name]) - (other ? amountOf(other[name]) : 0n);
      if (more > 0n) sums[name] += BigInt(count) * more;
    }
  }
  const isWhole = unpriced.size === 0;
  return {
    once: isWhole ? decimal(sums.once, prices.currency) : null,
    monthly: isWhole ? decimal(sums.monthly, prices.currency) : null,
    unpriced: [...unpriced].map(([what, count]) => ({ what, count })),
  };
}

function priceOf({ types, slot }: PriceList, what: Part['what']): Price | null {
  return (what === 'slot' ? slot : types[what]) ?? null;
}
