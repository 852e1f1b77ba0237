import { describe, expect, test } from 'vitest';
import { migrate, openPostgres, requireReady } from '../../../src/ledger/index.ts';
import { databaseOf, describeWithPostgres, freshDatabase } from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';

describeWithPostgres('a ledger in PostgreSQL', () => {
  /** Opens it after `statement` was run in it, as a program that starts does. */
  async function opened(statement: (database: string) => string, database = freshDatabase()) {
    const { url, name } = await database;
    const house = openPostgres(url);
    await house.script(statement(name));
    await house.close();
    const ledger = ledgerAt(url);
    await migrate(ledger);
    return requireReady(ledger);
  }

  test('is ready when its tables are as they were made', async () => {
    await expect(opened(() => 'select')).resolves.toBeUndefined();
  });

  test('is ready when others have added indexes and triggers of their own', async () => {
    const theirs = `create index their_index on ledger.orders (bought);
      create unique index their_key on ledger.events (id, at)`;
    await expect(opened(() => theirs)).resolves.toBeUndefined();
  });

  describe('is not ready', () => {
    test.each([
      [
        'when a restore did not get to its triggers',
        `do $$ declare t record; begin
           for t in select tgname, tgrelid::regclass as of from pg_trigger
             where not tgisinternal and tgrelid::regclass::text like 'ledger.%' loop
             execute format('drop trigger %I on %s', t.tgname, t.of); end loop; end $$`,
        /lacks \d+ of the rules .* such as approvals_stay, attempts_order_inserted, attempts_stay:/,
      ],
      [
        'when a trigger is disabled',
        'alter table ledger.orders disable trigger orders_move_lack',
        /lacks 1 of the rules .* such as orders_move_lack:/,
      ],
      [
        'when all triggers of a table are disabled for the replication of others',
        'alter table ledger.orders enable replica trigger orders_spend',
        /such as orders_spend:/,
      ],
      [
        'without the index that keeps an order from being sent twice',
        'drop index ledger.attempts_never_twice',
        /such as attempts_never_twice:/,
      ],
      [
        'without the key of numbers',
        'alter table ledger.numbers drop constraint numbers_one_order',
        /such as numbers_one_order:/,
      ],
      [
        'when a reference is not checked',
        `alter table ledger.disputes drop constraint disputes_order_id_fkey,
           add constraint disputes_order_id_fkey foreign key (order_id) references ledger.orders
             not valid`,
        /such as disputes_order_id_fkey:/,
      ],
    ])('%s', async (_, statement, words) => {
      await expect(opened(() => statement)).rejects.toMatchObject({
        code: 'ledger_down',
        message: expect.stringMatching(words),
      });
    });

    test('when its sessions are those of a replica', async () => {
      const asReplica = (name: string) =>
        `alter database ${name} set session_replication_role = 'replica'`;
      await expect(opened(asReplica)).rejects.toMatchObject({
        code: 'ledger_down',
        message: expect.stringMatching(/session_replication_role = replica instead of origin/),
      });
    });

    test('in an encoding that answers may not fit into', async () => {
      const western = databaseOf("template0 encoding 'WIN1252' locale 'C'");
      await expect(opened(() => 'select', western)).rejects.toMatchObject({
        code: 'ledger_down',
        message: expect.stringMatching(/server_encoding = WIN1252 instead of UTF8/),
      });
    });
  });
});
