import { beforeAll, expect, test } from 'vitest';
import { readLimits } from '../../../src/config/read-limits.ts';
import { codeOf } from '../../support/ledger.ts';
import { describeOnALedger, type Given } from '../../support/ledger-drivers.ts';
import { onLedger } from '../../support/on-ledger.ts';
import { databaseInC, describeWithPostgres } from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';
import { limitsIn } from '../limits/limited.ts';
import { peopleOn } from './careful.ts';

/** Each with another spelling of the same name; `test/people/one-person.test.ts` has them all. */
const SPELLINGS = [
  ['ΝΙΚΟΣ', 'νικοσ'],
  ['system:Åsa', 'åsa'],
] as const;

function testSpellings(given: Given): void {
  const { planOf, start, asked, yes } = peopleOn(given);
  const limits = limitsIn(given);

  test.each(SPELLINGS)('%s asks, and %s does not answer', async (asker, answerer) => {
    const id = await asked(start((await planOf()).id, { who: asker }));
    expect(await codeOf(yes(id, { who: answerer }))).toBe('not_allowed');
  });

  test.each(SPELLINGS)('%s answers, and %s does not use it', async (answerer, user) => {
    const { id } = await planOf();
    await yes(await asked(start(id)), { who: answerer });
    expect(await codeOf(start(id, { who: user }))).toBe('needs_approval');
    expect(await start(id)).toMatchObject({ state: 'running' });
  });

  test.each(SPELLINGS)('a limit of %s holds %s', async (named, starter) => {
    const people = { [named]: { day: { numbers: 25 }, plan: { numbers: 60 } } };
    const read = readLimits({ people }, null);
    const account = await limits.limited(...('limits' in read ? read.limits : []));
    await expect(limits.planOf(account, [61], starter)).rejects.toMatchObject({
      code: 'over_limit',
    });
    const plan = await limits.planOf(account, [25, 25], starter);
    expect(await limits.claimed(plan, 0)).toBeDefined();
    expect(await limits.claimed(plan, 1)).toBeUndefined();
  });
}

describeOnALedger('one person in two spellings', testSpellings);

describeWithPostgres('one person in two spellings, in a database in C', () => {
  const given = {} as Given;
  beforeAll(async () => {
    const { url } = await databaseInC();
    const another = () => ledgerAt(url);
    Object.assign(given, onLedger(another()), { another });
    await given.migrate();
    expect(await given.sql(`select lower('É') as letter`)).toEqual([{ letter: 'É' }]);
  });
  testSpellings(given);
});
