/** The vendor's types of numbers. */
export const NUMBER_TYPES = ['local', 'tollfree', 'true800', 'canadian_local'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

export function ofEachType<Value>(make: (type: NumberType) => Value): Record<NumberType, Value> {
  const each = NUMBER_TYPES.map((type) => [type, make(type)]);
  return Object.fromEntries(each) as Record<NumberType, Value>;
}

/** Such numbers are sold without an area code. */
export function isTollFree(type: NumberType | undefined): type is 'tollfree' | 'true800' {
  return type === 'tollfree' || type === 'true800';
}
