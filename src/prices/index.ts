export { type Cost, costOf, firstMonthOf, type Goods, mostOf, usualOf } from './cost.ts';
export { AMOUNT, exceeds, moneyWords, sumOf } from './money.ts';
export type { PriceList } from './prices.ts';
export { readPrices } from './read.ts';
export { sumWords, unpricedWords, withoutWords } from './words.ts';
