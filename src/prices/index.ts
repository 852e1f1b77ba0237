export type { PriceList } from '../documents/index.ts';
export { costOf, firstMonthOf, type Goods, mostOf, usualOf } from './cost.ts';
export { isCurrency } from './currencies.ts';
export {
  AMOUNT,
  decimal,
  exceeds,
  millionthsOf,
  moneyWords,
  PRICE_MAX,
  sumOf,
} from './money.ts';
export { sumWords, unpricedWords, withoutWords } from './words.ts';
