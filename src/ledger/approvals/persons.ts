import { personOf } from '../../name-rule.ts';
import { type By, isSystemUser } from '../events.ts';
import type { Queries } from '../ledger.ts';

const TOKEN = 'token:';

export const isToken = (who: string): boolean => who.startsWith(TOKEN);

/** Somebody as persons: a token also as its makers; without sign-in, also as the name given. */
export async function personsOf(tx: Queries, { who, by }: By): Promise<string[]> {
  const persons = [who, ...(by && isSystemUser(who) ? [by] : [])];
  if (isToken(who)) {
    const [token] = await tx.query<{ makers: string[] }>(
      'select makers from ledger.tokens where name = $1',
      [who.slice(TOKEN.length)],
    );
    persons.push(...(token?.makers ?? []));
  }
  return [...new Set(persons.map(personOf))];
}

/** Whose own a question is: who asks, and who submitted the plan. None of them answers it. */
export async function barredFrom(tx: Queries, planId: number, asker: By): Promise<string[]> {
  const submitters = await tx.query<{ who: string; by: string | null }>(
    `select who, by from ledger.events where plan_id = $1 and kind = 'plan_submitted'`,
    [planId],
  );
  const barred = await personsOf(tx, asker);
  for (const { who, by } of submitters) {
    barred.push(...(await personsOf(tx, { who, by: by ?? undefined })));
  }
  return [...new Set(barred)];
}

/** Whether the question is this person's own; of a token it says nothing. */
export const isOwnOf = ({ barred }: { barred: string[] }, who: string): boolean =>
  barred.includes(personOf(who));
