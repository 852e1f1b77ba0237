/** The vendor's types of numbers. */
export const NUMBER_TYPES = ['local', 'tollfree', 'true800', 'canadian_local'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];
