import { expect, test } from 'vitest';
import { type Account, type AnswerRecord, submitPlan } from '../../src/ledger/index.ts';
import { suspectNewPlans } from '../../src/maintenance/index.ts';
import { heldUp } from '../ledger/held-up.ts';
import { BY } from '../support/by.ts';
import { describeOnALedger, describeOnPostgres } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import { checkOf, inBatches, linesOf, newSha256, type SmallPlan } from '../support/plans.ts';
import { newNumbers } from '../support/sending.ts';
import { beginLosing, IN_DOUBT, refusedAs } from './losing.ts';
import { memoryStore } from './vouching.ts';

describeOnALedger('a plan that may ask for what a lost one asked for', (given) => {
  /** The ledger has lost a plan of 30 numbers; an older plan of these lines is there. */
  const begin = async (quantity: number, outcomes: AnswerRecord['outcome'][] = []) => {
    let older: SmallPlan | undefined;
    const before = async (account: Account) => {
      older = await given.newPlan({ account, lines: linesOf(quantity) });
      for (const [at, outcome] of outcomes.entries())
        await given.sendOne(older, outcome, {}, older.orders[at]);
      if (outcomes.length > 0) await given.endPlans(account.id);
    };
    const losing = await given.beginLosing(memoryStore(), { before });
    const { account } = losing.plan;
    await given.moveOn();
    const dismiss = (againstEvidence = false) =>
      given.dismissLostPlans(account, { file: losing.sha256, againstEvidence }, BY);
    return { ...losing, account, older: older!, dismiss };
  };
  const resume = ({ id }: SmallPlan) => given.steerPlan(id, 'resume', BY);
  const stateOf = async ({ id }: SmallPlan) => (await given.findPlan(id)).state;

  test('pauses, and is resumed when the lost one is back and dismissed', async () => {
    const { vouch, older, plan, account, submitAgain, dismiss } = await begin(50);
    await vouch();
    expect(await stateOf(older)).toEqual('paused');
    const { pausedReason } = await given.ground(plan);
    expect(pausedReason).toContain(`Plans ${plan.id}, ${older.id} are paused, because a`);
    expect(await given.planEvents(older.id)).toContainEqual(
      expect.objectContaining({ kind: 'plan_paused', who: 'witness' }),
    );
    const hasLost = refusedAs('has lost a plan');
    await expect(resume(older)).rejects.toMatchObject(hasLost);
    const again = await submitAgain();
    await expect(resume(older)).rejects.toMatchObject(refusedAs(`had lost plan ${again.id}`));
    expect(await given.lostPlans(account.id)).toMatchObject([{ planId: again.id }]);
    expect(await dismiss()).toMatchObject([{ planId: again.id, isDismissed: true }]);
    expect(await resume(older)).toMatchObject({ state: 'running' });
    expect(await given.lostPlans(account.id)).toEqual([]);
  });

  test('may be its list in other bytes, and waits until that is back and dismissed', async () => {
    const { vouch, older, account, submitAgain, dismiss } = await begin(54, ['filled']);
    const lines = linesOf(10);
    const unsent = await given.newPlan({ account, lines });
    await vouch();
    expect([await stateOf(older), await stateOf(unsent)]).toEqual(['running', 'paused']);
    const edited = await given.newPlan({ account, lines, started: false });
    const start = ({ id }: SmallPlan) => given.steerPlan(id, 'start', BY);
    await expect(start(edited)).rejects.toMatchObject(refusedAs('has lost a plan'));
    const { id } = await submitAgain();
    for (const act of [() => start(edited), () => resume(unsent)])
      await expect(act()).rejects.toMatchObject(refusedAs(`had lost plan ${id}`));
    const later = await given.newPlan({ account, lines, started: false });
    expect(await start(later)).toMatchObject({ state: 'running' });
    await dismiss();
    expect(await start(edited)).toMatchObject({ state: 'running' });
    expect(await resume(unsent)).toMatchObject({ state: 'running' });
  });

  test('waits for a lost remainder, too, when it has sent nothing', async () => {
    const { vouch, older, account, sha256 } = await begin(55, ['filled', 'refused', 'refused']);
    await vouch();
    const edited = await given.newPlan({ account, started: false });
    const lines = linesOf(10, 10, 10);
    const back = await given.submitPlan({
      ...{ accountId: account.id, name: 'rest', check: checkOf(lines, sha256), who: 'Ada' },
      ...{ again: false, remainderOf: older.id, lines: () => inBatches(lines) },
      remainderEvents: (await given.planEvents(older.id)).length,
    });
    const start = given.steerPlan(edited.id, 'start', BY);
    await expect(start).rejects.toMatchObject(refusedAs(`had lost plan ${back}`));
  });

  test('goes on when the lost one is dismissed, which is in doubt when it comes back', async () => {
    const { vouch, older, account, sha256, submitAgain, dismiss } = await begin(30);
    await vouch();
    await expect(dismiss()).rejects.toMatchObject(refusedAs('under way', 'against_evidence'));
    await given.passTime(account, 200_000);
    const unread = refusedAs('No list was read since it was sent', 'against_evidence');
    await expect(dismiss()).rejects.toMatchObject(unread);
    await given.readList(account, []);
    const known = { file: sha256, copy: 1, numbers: 30, sent: 2, planId: null };
    expect(await given.lostPlans(account.id)).toMatchObject([{ ...known, isDismissed: false }]);
    expect(await dismiss()).toEqual([{ ...known, isDismissed: true }]);
    expect(await resume(older)).toMatchObject({ state: 'running' });
    await expect(dismiss()).rejects.toMatchObject(refusedAs('dismissed it already'));
    expect(await given.statesIn(await submitAgain())).toEqual(IN_DOUBT);
    await given.steerPlan(older.id, 'pause', BY);
    expect(await resume(older)).toMatchObject({ state: 'running' });
  });

  test('is suspected of what the lost one bought, when a person dismisses that first', async () => {
    const { vouch, plan, account, dismiss } = await begin(54, ['filled']);
    await vouch();
    const edited = await given.newPlan({ account, lines: linesOf(10, 10, 10), started: false });
    await given.passTime(account, 200_000);
    await given.readList(account, newNumbers(20));
    await dismiss(true);
    await given.steerPlan(edited.id, 'start', BY);
    await suspectNewPlans(given.reconcilingBy(plan, () => []));
    expect(await given.statesIn(edited)).toEqual([
      ['unknown', 1],
      ['unknown', 1],
      ['waiting', 0],
    ]);
  });

  test('may buy the lines of a dismissed one, which does not come back unasked', async () => {
    const { vouch, account, submitAgain, dismiss } = await begin(54, ['filled']);
    await vouch();
    await dismiss(true);
    await given.newPlan({ account, lines: linesOf(10, 10, 10) });
    await expect(submitAgain()).rejects.toMatchObject(refusedAs('same lines', 'duplicate_file'));
    expect(await given.statesIn(await submitAgain(undefined, true))).toEqual(IN_DOUBT);
  });

  test('goes on when it lacks fewer numbers than the lost one asked for', async () => {
    const { vouch, older } = await begin(54, ['filled']);
    await vouch();
    expect(await stateOf(older)).toBe('running');
    await given.steerPlan(older.id, 'pause', BY);
    expect(await resume(older)).toMatchObject({ state: 'running' });
  });

  test('does not go on by itself when a limit leaves room again', async () => {
    const { vouch, older } = await begin(30);
    await given.sql(
      `update ledger.plans set state = 'paused', held_order = $2,
         held_until = ledger.now() + interval '1 day' where id = $1`,
      [older.id, older.orders[0]],
    );
    await vouch();
    const held = 'select held_order as held from ledger.plans where id = $1';
    expect(await given.sql(held, [older.id])).toEqual([{ held: null }]);
    await expect(resume(older)).rejects.toMatchObject(refusedAs('has lost'));
  });

  test('waits for a person, also when it had finished with an unknown order', async () => {
    const { vouch, older } = await begin(60, ['unknown', 'filled', 'refused']);
    expect(await stateOf(older)).toBe('finished');
    await vouch();
    await given.settleOrder(older.orders[0]!, { nothing: true }, BY, { againstEvidence: true });
    expect([await stateOf(older), await given.statesIn(older)]).toEqual([
      'paused',
      [
        ['waiting', 1],
        ['filled', 1],
        ['refused', 1],
      ],
    ]);
  });

  test('is not started, and not tried again', async () => {
    const { vouch, older, account, submitAgain, dismiss } = await begin(50, ['refused', 'refused']);
    const lines = linesOf(15, 15);
    const ready = await given.newPlan({ account, lines, started: false });
    await vouch();
    const start = ({ id }: SmallPlan) => given.steerPlan(id, 'start', BY);
    const retry = () => given.retryPlan(older.id, BY);
    for (const state of ['has lost a plan', 'had lost plan']) {
      await expect(start(ready)).rejects.toMatchObject(refusedAs(state));
      await expect(retry()).rejects.toMatchObject(refusedAs(state));
      if (state === 'has lost a plan') await submitAgain();
    }
    await dismiss();
    expect(await start(ready)).toMatchObject({ state: 'running' });
    expect(await retry()).toBe(older.orders.length);
  });

  test('is a copy of its file, or a remainder, however few numbers it asks for', async () => {
    const { vouch, account, older, submitAgain } = await begin(50);
    const copy = await submitAgain([1], true, false);
    const check = checkOf(linesOf(1));
    const remainder = await given.submitPlan({
      ...{ accountId: account.id, name: 'rest', check, who: 'Ada', again: true },
      lines: () => inBatches(linesOf(1)),
      remainderOf: older.id,
    });
    await vouch();
    for (const id of [copy.id, remainder]) {
      const start = given.steerPlan(id, 'start', BY);
      await expect(start).rejects.toMatchObject(refusedAs('has lost a plan'));
    }
  });

  test('was lost itself, and waits for its own remainder that is lost as well', async () => {
    const { vouch, account, witness, sha256, submitAgain, dismiss } = await begin(1);
    const rest = newSha256();
    const mark = { planKey: `${rest}:0:10`, order: 1, attempt: 1, nonce: 7, quantity: 10 };
    await witness.mark([mark], callWith(await witness.ticket()));
    await vouch();
    const first = await submitAgain(undefined, false, false);
    const start = () => given.steerPlan(first.id, 'start', BY);
    await expect(start()).rejects.toMatchObject(refusedAs(`(file ${rest.slice(0, 12)})`));
    const second = await given.newPlan({ account, sha256: rest, lines: linesOf(10) });
    await expect(start()).rejects.toMatchObject(refusedAs(`had lost plan ${second.id}`));
    await given.passTime(account, 200_000);
    await given.dismissLostPlans(account, { file: rest, againstEvidence: false }, BY);
    expect(await start()).toMatchObject({ state: 'running' });
    expect(await dismiss()).toMatchObject([{ file: sha256 }]);
  });

  test('is not let go by mistake: what speaks against it has to be overruled', async () => {
    const { vouch, account, submitAgain, dismiss } = await begin(50);
    const against = (what: string) => refusedAs(what, 'against_evidence');
    await expect(
      given.dismissLostPlans(account, { file: 'ffff0000', againstEvidence: true }, BY),
    ).rejects.toMatchObject(refusedAs('has not lost', 'not_found'));
    await vouch();
    await given.passTime(account, 200_000);
    const [number] = newNumbers(1);
    await given.readList(account, [number!]);
    await expect(dismiss()).rejects.toMatchObject(
      against(`no order of the account has: ${number}`),
    );
    await given.moveOn();
    await expect(dismiss()).rejects.toMatchObject(against('no worker has found out'));
    expect(await dismiss(true)).toMatchObject([{ isDismissed: true }]);
    await vouch();
    expect(await given.lostPlans(account.id)).toMatchObject([{ isDismissed: true }]);
    await submitAgain();
    expect(await given.lostPlans(account.id)).toEqual([]);
  });
});

describeOnPostgres('a remainder that is submitted while a plan is found to be lost', (given) => {
  test('waits for that, or that for it, and neither fails', async () => {
    const { plan, vouch } = await beginLosing(given.another(), memoryStore());
    await given.moveOn();
    const check = checkOf(linesOf(1));
    const submit = () =>
      submitPlan(given.another(), {
        ...{ accountId: plan.account.id, name: 'rest', check, who: 'Ada', again: false },
        lines: () => inBatches(linesOf(1)),
        remainderOf: plan.id,
      }).catch(({ code }) => code);
    const [submitted] = await heldUp(given, 'lock table ledger.lines', [
      submit,
      async () => Number(await vouch()),
    ]);
    expect(submitted).toBe('wrong_state');
  });
});
