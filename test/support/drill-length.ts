/**
 * `DRILL=long` makes disasters last as long as they do in life, instead of as long as they must.
 */
export const isLong = process.env.DRILL === 'long';
