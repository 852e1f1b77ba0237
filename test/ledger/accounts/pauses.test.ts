import { describe, expect, test } from 'vitest';
import type { Account, AnswerRecord } from '../../../src/ledger/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

const OUTCOMES = {
  u: 'unknown',
  f: 'filled',
  r: 'refused',
  t: 'throttled',
  n: 'not_sent',
  c: 'credentials',
} as const satisfies Record<string, AnswerRecord['outcome']>;

describeOnALedger('an account', (given) => {
  /** Answers to an order each, all claimed before the first answer comes: 'uuf' are three. */
  const answers = async (
    letters: string,
    plan?: SmallPlan,
    overrides: Partial<AnswerRecord> = {},
  ) => {
    const lines = linesOf(...Array(letters.length).fill(1));
    const { account } = plan ?? {};
    const fresh = await given.newPlan({ lines, ...(account && { account }) });
    const orders = await given.claim(fresh);
    expect(orders).toHaveLength(letters.length);
    const outcomeOf = (letter: string) => OUTCOMES[letter as keyof typeof OUTCOMES];
    return {
      plan: fresh,
      answers: [...letters].map((letter, n) => answerTo(orders[n]!, outcomeOf(letter), overrides)),
    };
  };

  const inOneBatch = async (...wishes: Parameters<typeof answers>) => {
    const { plan, answers: batch } = await answers(...wishes);
    await given.record(plan, ...batch);
    return plan;
  };

  const oneByOne = async (...wishes: Parameters<typeof answers>) => {
    const { plan, answers: all } = await answers(...wishes);
    for (const answer of all) await given.record(plan, answer);
    return plan;
  };

  const account = (plan: SmallPlan): Promise<Account> => given.findAccount(plan.account.name);

  const eventsOf = (plan: SmallPlan) =>
    given
      .sql('select kind, who, why from ledger.events where account_id = $1 order by id', [
        plan.account.id,
      ])
      .then((events) => events.filter(({ kind }) => kind !== 'plan_submitted'));

  describe('whose keys are not accepted', () => {
    test('is paused with the vendor’s words, once, and an event says so', async () => {
      const words = 'Access denied for this key';
      const plan = await oneByOne('cc', undefined, { what: words });
      const pausedReason = `Put the keys right before you resume: ${words}`;
      expect(await account(plan)).toMatchObject({ pausedReason });
      expect(await given.findPlan(plan.id)).toMatchObject({
        state: 'running',
        reason: pausedReason,
        pending: 2,
        etaSeconds: null,
      });
      expect(await eventsOf(plan)).toEqual([
        { kind: 'account_paused', who: 'breaker', why: pausedReason },
      ]);
      expect(await given.claim(plan)).toEqual([]);
    });

    test('has that reason beside the one that a person gave, each said once', async () => {
      const { plan, answers: all } = await answers('cc', undefined, { what: 'no such key' });
      await given.changeAccount(plan.account.name, { pause: 'lunch' }, { who: 'Ada' });
      for (const answer of all) await given.record(plan, answer);
      const why = 'Put the keys right before you resume: no such key';
      const pausedReason = `${why}. It had paused before: lunch`;
      expect(await account(plan)).toMatchObject({ pausedReason });
      expect(await eventsOf(plan)).toMatchObject([
        { kind: 'account_paused', who: 'Ada' },
        { kind: 'account_paused', who: 'breaker', why },
      ]);
    });

    test('stays paused when the person who resumes it has seen an older pause', async () => {
      const { plan, answers: all } = await answers('c');
      const { name } = plan.account;
      const by = { who: 'Ada' };
      const lunch = await given.changeAccount(name, { pause: 'lunch' }, by);
      await given.record(plan, ...all);
      const { pausedReason, pauseId } = await account(plan);
      await expect(
        given.changeAccount(name, { resume: { pauseId: lunch.pauseId! } }, by),
      ).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining(`stays paused. Read why, then resume: ${pausedReason}`),
      });
      expect(await account(plan)).toMatchObject({ pausedReason });
      const resumed = { resume: { pauseId: pauseId! } };
      expect(await given.changeAccount(name, resumed, by)).toMatchObject({ pausedReason: null });
    });

    test('stays paused when an older pause had the same reason', async () => {
      const { name } = (await answers('c')).plan.account;
      const pause = { pause: 'The last 5 answers were unknown' };
      const old = await given.changeAccount(name, pause, { who: 'breaker' });
      await given.changeAccount(name, { resume: true }, { who: 'Bob' });
      await given.changeAccount(name, pause, { who: 'breaker' });
      const resume = { pauseId: old.pauseId! };
      await expect(given.changeAccount(name, { resume }, { who: 'Ada' })).rejects.toMatchObject({
        code: 'wrong_state',
      });
    });
  });

  describe('with unknown answers', () => {
    const FOUR_OF_FIVE = 'uuuuf';
    const IN_A_ROW = expect.stringMatching('The last 5 answers were unknown');
    const OF_FIFTY = expect.stringMatching('More than 10 of the last 50 answers were unknown');

    test.each([
      ['five in a row', 'uuuuu', IN_A_ROW],
      ['five in a row after others', 'fufuuuuu', IN_A_ROW],
      ['five in a row, and then a good one', 'uuuuuf', IN_A_ROW],
      ['four in a row', 'uuuu', null],
      ['four in a row, again and again', FOUR_OF_FIVE.repeat(2), null],
      ['two of every eight', 'uuffffff'.repeat(6), OF_FIFTY],
      ['ten of fifty', `${'uffff'.repeat(10)}`, null],
      ['ten of fifty, and ten of the next', `${'uffff'.repeat(20)}`, null],
      ['eleven of fifty', `${'uffff'.repeat(9)}uuff`, OF_FIFTY],
      ['eleven of fifty-one', `u${'f'.repeat(38)}${'uuuuf'.repeat(2)}uu`, null],
      ['five, between them what did not reach the vendor', 'unununununn', IN_A_ROW],
      ['four, and what did not reach the vendor', 'uuunnnnnu', null],
      ['five, between them a throttling', 'uuuutu', null],
    ])('%s: %s', async (_, letters, pausedReason) => {
      for (const recordAll of [inOneBatch, oneByOne]) {
        const plan = await recordAll(letters);
        expect(await account(plan)).toMatchObject({ pausedReason });
        const events = pausedReason ? [{ kind: 'account_paused', who: 'breaker' }] : [];
        expect(await eventsOf(plan)).toMatchObject(events);
      }
    });

    test('starts to count again when a person resumes it', async () => {
      const { plan, answers: all } = await answers('u'.repeat(10));
      await given.record(plan, ...all.slice(0, 5));
      const resume = { resume: true } as const;
      const by = { who: 'Ada', why: 'the vendor is well' };
      await given.changeAccount(plan.account.name, resume, by);
      // These were in flight all the while.
      await given.record(plan, ...all.slice(5, 9));
      expect(await account(plan)).toMatchObject({ pausedReason: null });
      await given.record(plan, all[9]!);
      expect(await account(plan)).toMatchObject({ pausedReason: IN_A_ROW });
      expect(await eventsOf(plan)).toMatchObject([
        { kind: 'account_paused', who: 'breaker' },
        { kind: 'account_resumed', ...by },
        { kind: 'account_paused', who: 'breaker' },
      ]);
    });

    test('forgets those that fifty good answers have followed', async () => {
      const plan = await inOneBatch(`uuuu${'f'.repeat(50)}`);
      await inOneBatch('uuuu', plan);
      expect(await account(plan)).toMatchObject({ pausedReason: null });
      const recent = 'select recent from ledger.accounts where id = $1';
      expect(await given.sql(recent, [plan.account.id])).toEqual([{ recent: 'uuuu' }]);
    });

    test('is not troubled by another one’s', async () => {
      const plan = await inOneBatch('uuuu');
      const other = await inOneBatch('uuuu');
      for (const each of [plan, other]) expect((await account(each)).pausedReason).toBeNull();
    });
  });

  describe('that is throttled', () => {
    /** Whole seconds from the last answer to the end of the rest. */
    const restOf = async (plan: SmallPlan) => {
      const [row] = await given.sql<{ seconds: number }>(
        `select round(extract(epoch from a.resume_at - max(t.answered_at)))::int as seconds
         from ledger.accounts a join ledger.plans p on p.account_id = a.id
           join ledger.attempts t on t.order_id / 10000000 = p.id
         where a.id = $1 group by a.id`,
        [plan.account.id],
      );
      return row?.seconds ?? 0;
    };
    const restIsOver = (plan: SmallPlan) =>
      given.sql(`update ledger.accounts set resume_at = 'yesterday' where id = $1`, [
        plan.account.id,
      ]);

    test('rests for as long as the vendor says', async () => {
      const plan = await inOneBatch('t', undefined, { retryAfterMs: 90_000 });
      expect(await restOf(plan)).toBe(90);
      expect(await account(plan)).toMatchObject({ pausedReason: null });
      expect(await given.claim(plan)).toEqual([]);
    });

    test('rests longer each time when the vendor does not say, up to a minute', async () => {
      const plan = await inOneBatch('t');
      const rests = [await restOf(plan)];
      for (let round = 1; round < 8; round++) {
        await restIsOver(plan);
        await inOneBatch('t', plan);
        rests.push(await restOf(plan));
      }
      expect(rests).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    });

    test.each([
      ['begins again with a short rest after any other answer', 'ttft', 1],
      ['does not take a try that did not reach the vendor for an answer', 'tnt', 2],
    ])('%s', async (_, [first, ...later], seconds) => {
      const plan = await inOneBatch(first!);
      for (const letter of later) {
        await restIsOver(plan);
        await inOneBatch(letter, plan);
      }
      expect(await restOf(plan)).toBe(seconds);
    });

    test('counts several that were in flight together once', async () => {
      for (const recordAll of [inOneBatch, oneByOne]) {
        const { plan, answers: all } = await answers('ttttt');
        const batches = recordAll === inOneBatch ? [all] : all.map((answer) => [answer]);
        // A minute's rest is under way, so that it cannot end between two of the answers.
        for (const [n, batch] of batches.entries()) {
          await given.record(plan, ...batch);
          if (n > 0) continue;
          expect(await restOf(plan)).toBe(1);
          const longer = `update ledger.accounts set resume_at = clock_timestamp() + interval
            '1 min', rest_ms = 60000 where id = $1`;
          await given.sql(longer, [plan.account.id]);
        }
        await restIsOver(plan);
        await inOneBatch('t', plan);
        expect(await restOf(plan)).toBe(2);
      }
    });

    test('does not lengthen a rest for those that were in flight when it began', async () => {
      const plan = await inOneBatch('t');
      await restIsOver(plan);
      const { answers: late } = await answers('t', plan);
      // The sixth rest in a row, of 32 s, has just begun; the seventh would be of 60 s.
      const sixth = `update ledger.accounts set throttles = 6,
      resume_at = clock_timestamp() + interval '50 s',
        rest_ms = 50000 where id = $1 returning resume_at as "resumeAt"`;
      const [before] = await given.sql<{ resumeAt: Date }>(sixth, [plan.account.id]);
      await given.record(plan, ...late);
      expect((await account(plan)).resumeAt).toEqual(before!.resumeAt);
    });

    test('never cuts a rest short', async () => {
      const { plan, answers: all } = await answers('ttt');
      const hints = [60_000, 5_000, null];
      for (const [n, retryAfterMs] of hints.entries()) {
        await given.record(plan, { ...all[n]!, retryAfterMs });
      }
      expect((await account(plan)).resumeAt!.getTime() - Date.now()).toBeGreaterThan(30_000);
    });

    test('does not count a rest whose length the vendor said', async () => {
      const plan = await inOneBatch('t', undefined, { retryAfterMs: 1_000 });
      await restIsOver(plan);
      await inOneBatch('t', plan, { retryAfterMs: 1_000 });
      await restIsOver(plan);
      await inOneBatch('t', plan);
      expect(await restOf(plan)).toBe(1);
    });
  });
});
