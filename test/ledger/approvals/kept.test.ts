import { beforeAll, describe, expect, test } from 'vitest';
import { personOf } from '../../../src/name-rule.ts';
import { describeOnALedger, describeOnPostgres } from '../../support/ledger-drivers.ts';
import { linesOf, newSha256 } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';
import { heldUp, untilWaiting } from '../held-up.ts';
import { BOB, peopleOn, THRESHOLD } from './careful.ts';

describeOnALedger('approvals in the database', (given) => {
  const { planOf, start, asked, yes } = peopleOn(given);

  describe('the database refuses', () => {
    const question = async () => await asked(start((await planOf()).id));
    const change = (id: number, sets: string) =>
      given.constraintOf(`update ledger.approvals set ${sets} where id = ${id}`);
    const answer = (who: string, said = 'yes', why = 'null') =>
      `answer = '${said}', answered_by = '${who}', answered_person = '${personOf(who)}',
       answered_at = ledger.now(), refusal = ${why}`;
    const use = (who: string, at = 'ledger.now()') =>
      `used_by = '${who}', used_person = '${personOf(who)}', used_at = ${at}`;

    /** What is refused changes nothing, so this one serves for all of that. */
    let kept: number;
    beforeAll(async () => {
      kept = await question();
    });

    test.each([
      ['an answer by who asked', answer('bob'), 'approvals_not_own'],
      ['the same from the machine', answer('system:BOB'), 'approvals_not_own'],
      ['an answer by who submitted', answer('Ada'), 'approvals_not_own'],
      ['an answer by a token', answer('token:nightly'), 'approvals_by_person'],
      ['a refusal without a why', answer('grace', 'no'), 'approvals_refusal_why'],
      ['a refusal with a blank why', answer('grace', 'no', "' '"), 'approvals_refusal_why'],
      ['half an answer', "answer = 'yes'", 'approvals_answered_whole'],
      [
        'an answer by no person',
        answer('grace').replace(/answered_person = '.*?'/, 'answered_person = null'),
        'approvals_answered_whole',
      ],
      ['a use before the yes', use('bob'), 'approvals_stay'],
      ['a yes that is used at once', `${answer('grace')}, ${use('bob')}`, 'approvals_stay'],
      ['another content', `binding = '${'0'.repeat(64)}'`, 'approvals_stay'],
      [
        'a longer time for the question',
        "expires_at = expires_at + interval '1 h'",
        'approvals_stay',
      ],
      ['fewer whose own it is', `barred = '{bob}'`, 'approvals_stay'],
    ])('%s', async (_, sets, constraint) => {
      expect(await change(kept, sets)).toBe(constraint);
    });

    test('a second answer, a second use, and that it goes', async () => {
      const id = await question();
      await yes(id);
      expect(await change(id, answer('henry'))).toBe('approvals_stay');
      expect(await change(id, use('system:grace'))).toBe('approvals_used_by_other');
      expect(await change(id, use('bob', "expires_at + interval '1 s'"))).toBe(
        'approvals_used_in_time',
      );
      expect(await change(id, "used_by = 'bob', used_at = ledger.now()")).toBe(
        'approvals_used_after_yes',
      );
      expect(await change(id, use('bob'))).toBe('none');
      expect(await change(id, use('bob'))).toBe('approvals_stay');
      const gone = `delete from ledger.approvals where id = ${id}`;
      expect(await given.constraintOf(gone)).toBe('approvals_stay');
    });

    test('a question that begins answered, or does not bar who submitted', async () => {
      const id = await question();
      const copy = (row: string) =>
        given.constraintOf(
          `insert into ledger.approvals (kind, account_id, plan_id, binding, facts, numbers,
             asked_by, asked_person, hours, expires_at, orders, barred, answer, answered_by,
             answered_person, answered_at)
           select kind, account_id, plan_id, binding, facts, numbers, asked_by, asked_person,
             hours, expires_at, orders, ${row} from ledger.approvals where id = ${id}`,
        );
      expect(await copy("barred, 'yes', 'grace', 'grace', ledger.now()")).toBe(
        'approvals_begin_asked',
      );
      expect(await copy("'{bob}', null, null, null, null")).toBe('approvals_begin_asked');
      expect(await copy("'{ada}', null, null, null, null")).toBe('approvals_asker_barred');
    });
  });
});

describeOnPostgres('what is sent again at once', (given) => {
  const { careful, planOf, start, asked, refuse } = peopleOn(given);
  const retry = (plan: { id: number }) => given.retryPlan(plan.id, BOB);

  test('is no order that is refused after the retry has looked', async () => {
    const account = await careful();
    await given.setThreshold(account.name, null, BOB);
    const plan = await given.newPlan({ account, lines: linesOf(20, 20) });
    await given.setThreshold(account.name, THRESHOLD, BOB);
    await refuse(plan, plan.orders[0]!);
    const late = await given.claimOne(plan, plan.orders[1]!);
    let deed: Promise<number> | undefined;
    await given.another().transaction(async (tx) => {
      // The retry reads the prices after it has looked at the orders.
      await tx.script('lock table ledger.price_lists in access exclusive mode');
      deed = retry(plan);
      await untilWaiting(given.ledger, 1);
      await given.record(plan, answerTo(late, 'refused'));
    });
    expect(await deed).toBe(1);
    expect(await given.orderRow(late.id)).toMatchObject({ state: 'refused' });
    await asked(retry(plan));
  });

  test('does not lock the copies of its file in another sequence than a start', async () => {
    const account = await careful();
    const sha256 = newSha256();
    const first = await planOf({ account, sha256, numbers: 1 });
    const lines = linesOf(10);
    const second = await given.newPlan({ account, sha256, lines, again: true });
    await refuse(second, second.orders[0]!);
    const lock = `select from ledger.plans where id = ${first.id} for update`;
    const [started, retried] = await heldUp<unknown>(given, lock, [
      () => start(first.id),
      () => retry(second),
    ]);
    expect(started).toMatchObject({ state: 'running' });
    expect(retried).toBe(1);
  });
});
