import { describe, expect, test } from 'vitest';
import { codeOf } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { checkOf, inBatches, linesOf, newSha256 } from '../../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../../support/prices.ts';
import { BOB, peopleOn } from './careful.ts';

type By = { who: string; by?: string };

describeOnALedger('approval', (given) => {
  const { careful, planOf, start, asked, yes, no, approvals } = peopleOn(given);

  describe('a start', () => {
    test('above the threshold waits for a yes, which then serves once', async () => {
      const plan = await planOf();
      const id = await asked(start(plan.id));
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'ready' });
      expect(await asked(start(plan.id, { who: 'carl' }))).toBe(id);
      expect(await given.waitingApprovals()).toMatchObject([
        { id, kind: 'start', plan: plan.id, numbers: 21, askedBy: 'bob', state: 'waiting' },
      ]);
      expect(await yes(id)).toMatchObject({ id, state: 'given', answeredBy: 'grace' });
      expect(await start(plan.id)).toMatchObject({ state: 'running' });
      expect(await approvals(plan.id)).toMatchObject([{ id, state: 'used', usedBy: 'bob' }]);
      expect(await given.planEvents(plan.id)).toMatchObject([
        { kind: 'plan_started', who: 'bob', detail: { approval: id } },
        { kind: 'approval_given', who: 'grace', detail: { approval: id, numbers: 21 } },
        { kind: 'approval_wanted', who: 'bob', detail: { approval: id, kind: 'start' } },
        { kind: 'plan_submitted' },
      ]);
    });

    test('up to the threshold, or without one, waits for nobody', async () => {
      for (const account of [await careful(), await given.newAccount()]) {
        const { id } = await planOf({ account, numbers: account.approval ? 20 : 500 });
        expect(await start(id)).toMatchObject({ state: 'running' });
        expect(await approvals(id)).toEqual([]);
      }
    });

    test('counts the copies of its file that were started', async () => {
      const account = await careful();
      const sha256 = newSha256();
      const first = await planOf({ account, sha256, numbers: 12 });
      const second = await planOf({ account, sha256, numbers: 12 });
      const results = await Promise.allSettled([start(first.id), start(second.id)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [waiting] = await given.waitingApprovals();
      expect(waiting).toMatchObject({ numbers: 24, facts: { numbers: 12, before: 12 } });
      // Another copy that is started meanwhile makes it another question.
      const third = await planOf({ account, sha256, numbers: 12 });
      await yes(waiting!.id);
      await yes(await asked(start(third.id)));
      await start(third.id);
      expect(await asked(start(waiting!.plan))).toBeGreaterThan(waiting!.id);
    });

    test('counts started plans of the same lines in other bytes, also at one moment', async () => {
      const account = await careful();
      const first = await planOf({ account, numbers: 12 });
      const lines = linesOf(12).map((each) => ({ ...each, keepTrying: '3d' }));
      const second = await given.newPlan({ account, lines, started: false });
      const results = await Promise.allSettled([start(first.id), start(second.id)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const questions = [...(await approvals(first.id)), ...(await approvals(second.id))];
      expect(questions).toMatchObject([{ numbers: 24, facts: { numbers: 12, before: 12 } }]);
    });

    test('that two ask for at once with one yes happens once', async () => {
      const plan = await planOf();
      await yes(await asked(start(plan.id)));
      const both = await Promise.all([
        codeOf(start(plan.id)),
        codeOf(start(plan.id, { who: 'al' })),
      ]);
      expect(both.sort()).toEqual(['done', 'wrong_state']);
      expect(await approvals(plan.id)).toMatchObject([{ state: 'used' }]);
    });

    test('needs a new yes when the prices have changed since', async () => {
      const account = await careful();
      const plan = await planOf({ account });
      const id = await asked(start(plan.id));
      await yes(id);
      await given.setPrices(account.name, pricesOf(), { who: 'PRICES_FILE' });
      const again = await asked(start(plan.id));
      expect(again).not.toBe(id);
      expect(await approvals(plan.id)).toMatchObject([
        { id: again, state: 'waiting', money: '31.50', currency: 'USD' },
        { id, state: 'lapsed' },
      ]);
      await yes(again);
      expect(await start(plan.id)).toMatchObject({ state: 'running' });
    });

    test('of what costs more than a sum in the first month waits, and of no more not', async () => {
      const money = { aboveNumbers: null, aboveMoney: '15.00', currency: 'USD' };
      const account = await careful(money);
      await given.setPrices(account.name, pricesOf(), { who: 'PRICES_FILE' });
      expect(await start((await planOf({ account, numbers: 10 })).id)).toMatchObject({
        state: 'running',
      });
      const dearer = await planOf({ account, numbers: 11 });
      await expect(start(dearer.id)).rejects.toThrow(
        'The start of plan ' +
          `${dearer.id} buys 11 numbers, for at most 16.50 USD in the first month. ` +
          'Above 15.00 USD, it waits for the approval of another person',
      );
    });

    test('of what has no price waits where a sum of money is the threshold', async () => {
      const account = await careful({ aboveNumbers: null, aboveMoney: '15.00', currency: 'USD' });
      const plan = await planOf({ account, numbers: 1 });
      await expect(start(plan.id)).rejects.toThrow('1 number, and what that costs is not known.');
      const { local: _, ...types } = PRICES_FILE.types;
      const some = pricesOf({ ...PRICES_FILE, types });
      await given.setPrices(account.name, some, { who: 'PRICES_FILE' });
      await expect(start(plan.id)).rejects.toThrow('what that costs is not known.');
    });

    test('of a plan that was cancelled leaves no question', async () => {
      const plan = await planOf();
      const id = await asked(start(plan.id));
      await given.steerPlan(plan.id, 'cancel', BOB);
      expect(await codeOf(yes(id))).toBe('wrong_state');
      expect(await approvals(plan.id)).toMatchObject([{ state: 'lapsed' }]);
    });
  });

  describe('nobody', () => {
    test.each([
      ['who asked', { who: 'bob' }],
      ['who asked, from the machine itself', { who: 'system:Bob' }],
      ['who submitted the plan', { who: 'Ada' }],
      ['whose name is written otherwise', { who: 'Émile' }, { who: 'system:ÉMILE' }],
      ['with a machine of their own who says a name of theirs', { who: 'system:x', by: 'bob' }],
    ])('answers their own: %s', async (_, by: By, asker: By = BOB) => {
      const id = await asked(start((await planOf()).id, asker));
      expect(await codeOf(yes(id, by))).toBe('not_allowed');
    });

    test('answers what their token asked for, nor what a token made by it did', async () => {
      const token = (name: string, who: string) =>
        given.keepToken({ name, role: 'admin', hash: newSha256(), days: 1 }, { who });
      const names = { of: `of-grace-${given.ledger.kind}`, by: `by-it-${given.ledger.kind}` };
      await token(names.of, 'grace');
      await token(names.by, `token:${names.of}`);
      for (const name of Object.values(names)) {
        const id = await asked(start((await planOf()).id, { who: `token:${name}` }));
        expect(await codeOf(yes(id))).toBe('not_allowed');
        expect(await codeOf(yes(id, { who: 'token:other' }))).toBe('not_allowed');
        await yes(id, { who: 'henry' });
      }
    });

    test('answers what their token submitted, whoever made a later one of its name', async () => {
      const name = `again-${given.ledger.kind}`;
      const token = { name, role: 'submit', days: 1 };
      const keep = (who: string) => given.keepToken({ ...token, hash: newSha256() }, { who });
      await keep('grace');
      const account = await careful();
      const lines = linesOf(21);
      const plan = await given.submitPlan({
        ...{ accountId: account.id, name: 'plan.csv', check: checkOf(lines) },
        ...{ lines: () => inBatches(lines), again: true, who: `token:${name}` },
      });
      await given.revokeToken(name, { who: 'henry' });
      await keep('henry');
      const id = await asked(start(plan));
      expect(await codeOf(yes(id))).toBe('not_allowed');
      await yes(id, { who: 'iris' });
    });

    test('uses a yes that they gave themselves', async () => {
      const plan = await planOf();
      const id = await asked(start(plan.id));
      await yes(id);
      await expect(start(plan.id, { who: 'system:grace' })).rejects.toThrow(
        `You gave approval ${id}, so another person must say`,
      );
      expect(await start(plan.id)).toMatchObject({ state: 'running' });
    });
  });

  describe('a question', () => {
    test('is refused with a why, answered once, and may be asked again', async () => {
      const plan = await planOf();
      const id = await asked(start(plan.id));
      expect(await codeOf(no(id, ' '))).toBe('invalid_usage');
      expect(await no(id, 'too many')).toMatchObject({ state: 'refused', refusal: 'too many' });
      expect(await codeOf(yes(id, { who: 'henry' }))).toBe('wrong_state');
      const [event] = await given.planEvents(plan.id, 1);
      expect(event).toMatchObject({ kind: 'approval_refused', who: 'grace', why: 'too many' });
      expect(await asked(start(plan.id))).not.toBe(id);
    });

    test('and a yes end with their time, also when the clock is set back', async () => {
      const plan = await planOf();
      try {
        const late = await asked(start(plan.id));
        await given.setClock('73 hours');
        expect(await codeOf(yes(late))).toBe('wrong_state');
        const given_ = await asked(start(plan.id));
        expect(given_).not.toBe(late);
        await given.setClock('144 hours');
        await yes(given_);
        await given.setClock('217 hours');
        const next = await asked(start(plan.id));
        expect(next).not.toBe(given_);
        await yes(next);
        await given.setClock('0');
        expect(await asked(start(plan.id))).not.toBe(next);
      } finally {
        await given.setClock('0');
      }
    });

    test('is told of once, with what it is about', async () => {
      await given.sql('delete from ledger.outbox');
      const plan = await planOf();
      const id = await asked(start(plan.id));
      await asked(start(plan.id));
      await given.fillOutbox();
      await given.fillOutbox();
      const about = [];
      for (let next = await given.takeMessage(); next; ) {
        if (next.plan?.id === plan.id) about.push(next);
        await given.closeMessage(next.id);
        next = await given.takeMessage();
      }
      expect(about).toMatchObject([
        {
          event: 'approval_wanted',
          account: plan.account.name,
          facts: { approval: id, kind: 'start', askedBy: 'bob', numbers: 21, money: null },
        },
      ]);
    });
  });

  test('a plan from where nobody signs in belongs to the name that was given', async () => {
    const account = await careful();
    const lines = linesOf(21);
    const id = await given.submitPlan({
      ...{ accountId: account.id, name: 'plan.csv', check: checkOf(lines) },
      ...{ lines: () => inBatches(lines), again: true, who: 'system:deploy', by: 'Grace' },
    });
    expect(await codeOf(yes(await asked(start(id))))).toBe('not_allowed');
  });
});
