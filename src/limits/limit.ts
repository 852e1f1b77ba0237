import { personOf } from '../name-rule.ts';

/** What a limit counts. Days and months are those of UTC. */
export const PERIODS = ['plan', 'day', 'month'] as const;
type Period = (typeof PERIODS)[number];

/** Each person who is not named. */
export const EVERYBODY = '*';

/** What an account, or one person with it, may buy. At least one of the two is set. */
export type Limit = {
  /** As `personOf` folds the name, or EVERYBODY; null: all together. */
  person: string | null;
  period: Period;
  numbers: number | null;
  /**
   * What is paid once and for the first month, as a decimal text in the currency of the account's
   * prices.
   */
  money: string | null;
};

/** Numbers, and money as in a limit; null: some of them have no price in its currency. */
export type Spent = { numbers: number; money: string | null };

/** A limit and what counts toward it by now. */
export type LimitState = Limit & {
  /** In the current period; null for what has no state: a plan, and EVERYBODY. */
  spent: Spent | null;
  /** Of a person who is not named: it is the limit of EVERYBODY. */
  isEverybodys: boolean;
};

/**
 * The limits that count for what a person starts; null: only those of all together. A person who is
 * named has no other limits.
 */
export function limitsOn(limits: readonly LimitState[], who: string | null): LimitState[] {
  const forAll = limits.filter(({ person }) => person === null);
  if (who === null) return forAll;
  const name = personOf(who);
  const theirs = limits.filter(({ person }) => person === name);
  const named = theirs.filter(({ isEverybodys }) => !isEverybodys);
  if (named.length > 0) return [...forAll, ...named];
  const others = limits.filter(({ person }) => person === EVERYBODY);
  const bought = ({ period }: Limit) => theirs.find((each) => each.period === period)?.spent;
  const spentOf = (limit: Limit) => bought(limit) ?? { numbers: 0, money: '0' };
  return [
    ...forAll,
    ...others.map((limit) => ({
      ...limit,
      ...{ person: name, isEverybodys: true },
      spent: limit.period === 'plan' ? null : spentOf(limit),
    })),
  ];
}
