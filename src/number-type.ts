/** The vendor's types of numbers. */
export const NUMBER_TYPES = ['local', 'tollfree', 'true800', 'canadian_local'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** Something for each type. */
export function ofEachType<Value>(make: (type: NumberType) => Value): Record<NumberType, Value> {
  const each = NUMBER_TYPES.map((type) => [type, make(type)]);
  return Object.fromEntries(each) as Record<NumberType, Value>;
}
