import { describe, expect, test } from 'vitest';
import { ensureAccount, replaceSandboxUrl } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';

describeOnALedger('the ledger of accounts', (given) => {
  describe('an account', () => {
    const eventsOf = (id: number) =>
      given.sql(
        'select kind, who, why, detail from ledger.events where account_id = $1 order by id',
        [id],
      );

    test('is made once, and keeps its pace and its mode', async () => {
      const wanted = { name: 'main', mode: 'live', rate: 3 } as const;
      const handles = Array.from({ length: 4 }, given.another);
      const made = await Promise.all(handles.map((ledger) => ensureAccount(ledger, wanted)));
      const none = {
        pausedReason: null,
        pauseId: null,
        dailyNumbers: null,
        leftToday: null,
        monthlyNumbers: null,
        leftThisMonth: null,
        limits: [],
        resumeAt: null,
        restReason: null,
        prices: null,
        approval: null,
      };
      const account = { ...wanted, id: made[0]!.id, ...none };
      expect(made).toEqual(Array(4).fill(account));
      expect(await given.ensureAccount({ ...wanted, rate: 9 })).toEqual(account);
      expect(await given.findAccount('main')).toEqual(account);
      expect(await given.listAccounts()).toContainEqual(account);
    });

    test('that does not exist is an error that names those that do', async () => {
      const { name } = await given.newAccount();
      await expect(given.findAccount('mian')).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringMatching(`^There is no account "mian". There is: .*${name}`),
      });
      const change = given.changeAccount('mian', { rate: 1 }, BY);
      await expect(change).rejects.toMatchObject({ code: 'not_found' });
    });

    test('is changed by a person, and the events tell', async () => {
      const { id, name } = await given.newAccount(4);
      expect(await given.changeAccount(name, { rate: 0.5 }, BY)).toMatchObject({ id, rate: 0.5 });
      const paused = await given.changeAccount(name, { pause: 'lunch' }, { who: 'Ada' });
      expect(paused).toMatchObject({ rate: 0.5, pausedReason: 'lunch' });
      const rest = `update ledger.accounts set resume_at = 'tomorrow', throttles = 3, recent =
        'u' where id = $1`;
      await given.sql(rest, [id]);
      const resumed = await given.changeAccount(name, { resume: true }, BY);
      expect(resumed).toMatchObject({ rate: 0.5, pausedReason: null, resumeAt: null });
      const counters = 'select throttles, recent from ledger.accounts where id = $1';
      expect(await given.sql(counters, [id])).toEqual([{ throttles: 0, recent: '' }]);
      expect(await eventsOf(id)).toEqual([
        { kind: 'account_rate', ...BY, detail: { rate: 0.5, reason: null } },
        { kind: 'account_paused', who: 'Ada', why: null, detail: { rate: 0.5, reason: 'lunch' } },
        { kind: 'account_resumed', ...BY, detail: { rate: 0.5, reason: null } },
      ]);
    });

    test('that cannot be changed so keeps its settings, and no event says otherwise', async () => {
      const { id, name } = await given.newAccount(4);
      const change = given.changeAccount(name, { rate: 0 }, BY);
      await expect(change).rejects.toMatchObject({ constraint: 'accounts_rate_sane' });
      expect(await given.findAccount(name)).toMatchObject({ rate: 4 });
      expect(await eventsOf(id)).toEqual([]);
    });

    test('of a sandbox may have no pace, and has one again when one is set', async () => {
      const wanted = { name: 'fast', mode: 'sandbox', rate: null } as const;
      const { id, name } = await given.ensureAccount(wanted);
      expect(await given.findAccount(name)).toMatchObject({ rate: null });
      expect(await given.changeAccount(name, { rate: 4 }, BY)).toMatchObject({ rate: 4 });
      expect(await given.changeAccount(name, { rate: null }, BY)).toMatchObject({ rate: null });
      expect(await given.changeAccount(name, { pause: 'lunch' }, BY)).toMatchObject({ rate: null });
      expect(await eventsOf(id)).toMatchObject([
        { kind: 'account_rate', detail: { rate: 4 } },
        { kind: 'account_rate', detail: { rate: null } },
        { kind: 'account_paused', detail: { rate: null } },
      ]);
    });

    test('that is live must have a pace', async () => {
      const refusal = {
        code: 'wrong_state',
        message:
          'The account "real" is live and must have a pace: the vendor publishes no limit. Set ' +
          'orders per second, from 0.01 to 1000.',
      };
      const real = { name: 'real', mode: 'live' } as const;
      await expect(given.ensureAccount({ ...real, rate: null })).rejects.toMatchObject(refusal);
      await expect(given.findAccount('real')).rejects.toMatchObject({ code: 'not_found' });
      const { id } = await given.ensureAccount({ ...real, rate: 4 });
      const change = given.changeAccount('real', { rate: null, pause: 'lunch' }, BY);
      await expect(change).rejects.toMatchObject(refusal);
      expect(await given.findAccount('real')).toMatchObject({ rate: 4, pausedReason: null });
      expect(await eventsOf(id)).toEqual([]);
    });

    test('has one sandbox, though many find none and start theirs', async () => {
      const { id } = await given.newAccount();
      expect(await given.sandboxUrl(id)).toBeNull();
      const handles = Array.from({ length: 4 }, given.another);
      const urlOf = (n: number) => `http://127.0.0.1:${4000 + n}`;
      const won = await Promise.all(
        handles.map((each, n) => replaceSandboxUrl(each, id, null, urlOf(n))),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      const url = urlOf(won.indexOf(true));
      expect(await given.sandboxUrl(id)).toBe(url);
      expect(await given.replaceSandboxUrl(id, 'http://127.0.0.1:1', urlOf(9))).toBe(false);
      expect(await given.replaceSandboxUrl(id, url, null)).toBe(true);
      expect(await given.sandboxUrl(id)).toBeNull();
    });
  });

  describe('events of a plan', () => {
    test('are read newest first, in pages of as many as one wants', async () => {
      const { id, orders } = await given.newPlan();
      const detail = { nested: { list: [1, 'two', null] } };
      const before = Date.now();
      await given.noteEvent({
        kind: 'noted',
        who: 'sweep',
        planId: id,
        orderId: orders[0],
        detail,
      });
      const [event, ...older] = await given.planEvents(id);
      expect(event).toEqual({
        id: expect.any(Number),
        at: expect.any(Date),
        by: null,
        kind: 'noted',
        who: 'sweep',
        why: null,
        planId: id,
        orderId: orders[0],
        detail,
      });
      expect(Math.abs(event!.at.getTime() - before)).toBeLessThan(60_000);
      expect(older.map(({ kind }) => kind)).toEqual(['plan_started', 'plan_submitted']);
      expect(await given.planEvents(id, 1)).toEqual([event]);
      expect(await given.planEvents(id, 1, event!.id)).toEqual(older.slice(0, 1));
    });
  });
});
