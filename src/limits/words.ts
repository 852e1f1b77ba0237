import type { LimitState } from '../documents/index.ts';
import { count, counted } from '../english.ts';
import { exceeds, moneyWords, sumOf } from '../prices/index.ts';
import { EVERYBODY, type Limit, type Spent } from './limit.ts';

const SPANS = { plan: 'by a plan', day: 'a day', month: 'a month' } as const;
const NOW = { day: 'today', month: 'this month' } as const;

/** `at most 100 numbers and 250.00 USD a day`, and for whom. */
export function limitWords({ person, period, ...most }: Limit, currency: string): string {
  return `at most ${amountWords(most, currency)} ${SPANS[period]}${forWhom(person)}`;
}

function forWhom(person: string | null): string {
  if (person === null) return '';
  return person === EVERYBODY ? ' for every other person' : ` for ${person}`;
}

function amountWords({ numbers, money }: Pick<Limit, 'numbers' | 'money'>, currency: string) {
  const numbersWords = numbers === null ? [] : [counted(numbers, 'number')];
  const moneyPart = money === null ? [] : [moneyWords(money, currency)];
  return [...numbersWords, ...moneyPart].join(' and ');
}

/** `76 of 100 numbers and 120.00 of 250.00 USD today`; the limit itself where it has no state. */
export function stateWords(state: LimitState, currency: string): string {
  const { person, period, numbers, money, spent } = state;
  if (spent === null || period === 'plan') return limitWords(state, currency);
  const words = [
    ...(numbers === null ? [] : [`${count(spent.numbers)} of ${counted(numbers, 'number')}`]),
    ...(money === null ? [] : [`${spentWords(spent, currency)} of ${moneyWords(money, currency)}`]),
  ];
  return `${words.join(' and ')} ${NOW[period]}${forWhom(person)}`;
}

/** Without the prices of the account, its currency is not known. */
function spentWords({ money }: Spent, currency: string): string {
  if (money === null) return 'an unknown sum';
  return currency === '' ? money : moneyWords(sumOf(currency, money), currency);
}

/** What a plan asks for at most; null money: it has no price, or nobody knows. */
type PlanSum = { numbers: number; money: string | null };

/** Whether this much more goes beyond the limit. What has no price goes beyond any money. */
export function isBeyond({ numbers, money, spent }: LimitState, asked: PlanSum): boolean {
  const before: Spent = spent ?? { numbers: 0, money: '0' };
  if (numbers !== null && before.numbers + asked.numbers > numbers) return true;
  if (money === null) return false;
  return asked.money === null || before.money === null || exceeds(money, before.money, asked.money);
}

/** The limits that count for a plan that can be started, each with what it means for it. */
export function estimateWords(limits: LimitState[], asked: PlanSum, currency: string): string[] {
  return limits.map((limit) => {
    const words = `Limit: ${stateWords(limit, currency)}.`;
    if (limit.period === 'plan' || !isBeyond(limit, asked)) return words;
    const { money } = asked;
    const sum = limit.money !== null && money !== null && moneyWords(money, currency);
    const all = sum ? `this plan, ${sum} with the first month` : 'this plan';
    return (
      `${words} It leaves no room for all of ${all}. The rest waits for the next ` +
      `${limit.period}, UTC.`
    );
  });
}
