import type { LimitState } from '../documents/index.ts';
import { personOf } from '../name-rule.ts';

/** What a limit counts. Days and months are those of UTC. */
export const PERIODS = ['plan', 'day', 'month'] as const;

/** Each person who is not named. */
export const EVERYBODY = '*';

/** What an account, or one person with it, may buy. At least one of the two is set. */
export type Limit = Pick<LimitState, 'person' | 'period' | 'numbers' | 'money'>;

/** What counts toward a limit. */
export type Spent = NonNullable<LimitState['spent']>;

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
