import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnBothDrivers, describeOnPostgres } from '../../support/ledger-drivers.ts';
import { until } from '../../support/until.ts';

const RENAME = 'update ledger.accounts set name = $2 where id = $1';
const NAME = 'select name from ledger.accounts where id = $1';

describeOnBothDrivers('a transaction', (given) => {
  test('is kept when its work is done, and returns what the work returns', async () => {
    const { id } = await given.newAccount();
    const result = await given.ledger.transaction(async (tx) => {
      await tx.query(RENAME, [id, 'kept']);
      return 42;
    });
    expect(result).toBe(42);
    expect(await given.sql(NAME, [id])).toEqual([{ name: 'kept' }]);
  });

  test.each([
    new RangeError('a fault of the work itself'),
    new AppError('wrong_state', 'A sentence.'),
    'not even an error',
  ])('is undone when its work throws, and %o comes out as it was thrown', async (thrown) => {
    const { id, name } = await given.newAccount();
    const work = given.ledger.transaction(async (tx) => {
      await tx.query(RENAME, [id, 'lost']);
      throw thrown;
    });
    await expect(work).rejects.toBe(thrown);
    expect(await given.sql(NAME, [id])).toEqual([{ name }]);
  });

  test('is undone when a statement in it breaks a law, and the law is named', async () => {
    const { id, name } = await given.newAccount();
    const work = given.ledger.transaction(async (tx) => {
      await tx.query(RENAME, [id, 'lost']);
      await tx.query('update ledger.accounts set rate = 0 where id = $1', [id]);
    });
    await expect(work).rejects.toMatchObject({ constraint: 'accounts_rate_sane' });
    expect(await given.sql(NAME, [id])).toEqual([{ name }]);
  });

  test('is undone when the disk has no room, and says so', async () => {
    const { id, name } = await given.newAccount();
    const noRoom = `do $$ begin
      raise disk_full using message = 'could not extend file "base/5/16433"'; end $$`;
    const work = given.ledger.transaction(async (tx) => {
      await tx.query(RENAME, [id, 'lost']);
      await tx.script(noRoom);
    });
    const message = expect.stringMatching(/^The disk of the database is full\. .*make room/);
    await expect(work).rejects.toMatchObject({ code: 'ledger_down', message });
    expect(await given.sql(NAME, [id])).toEqual([{ name }]);
  });

  test('does not see the half of another one', async () => {
    const { id, name } = await given.newAccount();
    const reader = given.another();
    const seen: Promise<{ name: string }[]>[] = [];
    await given.ledger.transaction(async (tx) => {
      await tx.query(RENAME, [id, `half of ${name}`]);
      // In PGlite it waits until this transaction is over.
      seen.push(sql<{ name: string }>(reader, NAME, [id]));
      if (reader !== given.ledger) await seen[0];
      await tx.query(RENAME, [id, `all of ${name}`]);
    });
    const expected = reader === given.ledger ? `all of ${name}` : name;
    expect(await seen[0]).toEqual([{ name: expected }]);
  });

  test('runs no other statement in place of one', async () => {
    for (const n of [1, 2, 1]) {
      expect(await given.ledger.query(`select ${n} as n`)).toEqual([{ n }]);
    }
  });

  test('finds a statement prepared, however often it was asked for', async () => {
    const { id, name } = await given.newAccount();
    const kept = await given.ledger.transaction(async (tx) => {
      for (let times = 0; times < 2; times++) {
        expect(await tx.query(NAME, [id])).toEqual([{ name }]);
      }
      const prepared = `select count(*)::int as n from pg_prepared_statements
        where statement = $1`;
      return tx.query(prepared, [NAME]);
    });
    expect(kept).toEqual([{ n: 1 }]);
  });

  test('that has failed prepares nothing, and a later one can ask the same', async () => {
    const { id, name } = await given.newAccount();
    const neverAsked = `${NAME} limit 1`;
    const work = given.ledger.transaction(async (tx) => {
      await tx.query(RENAME, [id, null]).catch(() => {});
      await tx.query(neverAsked, [id]);
    });
    await expect(work).rejects.toMatchObject({ code: '25P02' });
    expect(await given.ledger.query(neverAsked, [id])).toEqual([{ name }]);
  });
});

describeOnPostgres('a transaction that needs what others hold', (given) => {
  const LOCK = 'select from ledger.accounts where id = $1 for update';

  test('is repeated after a deadlock, and both are kept', async () => {
    const [one, other] = [await given.newAccount(), await given.newAccount()];
    let runs = 0;
    const rename = (first: number, second: number, name: string) =>
      given.ledger.transaction(async (tx) => {
        await tx.query(LOCK, [first]);
        runs++;
        await until(() => runs > 1, { what: 'both have locked their first' });
        await tx.query(RENAME, [second, name]);
      });
    await Promise.all([rename(one.id, other.id, 'met'), rename(other.id, one.id, 'met too')]);
    // On a busy machine PostgreSQL may break it twice.
    expect(runs).toBeGreaterThan(2);
    expect(await given.sql(NAME, [other.id])).toEqual([{ name: 'met' }]);
    expect(await given.sql(NAME, [one.id])).toEqual([{ name: 'met too' }]);
  });

  test('is repeated when it would not wait, until the other has ended', async () => {
    const { id } = await given.newAccount();
    let runs = 0;
    const second = await given.ledger.transaction(async (tx) => {
      await tx.query(LOCK, [id]);
      const waiting = given.another().transaction(async (own) => {
        runs++;
        await own.query(`${LOCK} nowait`, [id]);
      });
      await until(() => runs > 1, { what: 'it was repeated' });
      return { waiting };
    });
    await second.waiting;
  });

  test('is refused when the other does not end, and nothing is changed', async () => {
    const { id, name } = await given.newAccount();
    await given.ledger.transaction(async (tx) => {
      await tx.query(LOCK, [id]);
      const refused = given.another().transaction(async (own) => {
        await own.query(`${LOCK} nowait`, [id]);
        await own.query(RENAME, [id, 'lost']);
      });
      await expect(refused).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringMatching(/^Others hold what this change needs.* try again/),
      });
    });
    expect(await given.sql(NAME, [id])).toEqual([{ name }]);
  });
});
