import { expect, test } from 'vitest';
import type { Limit } from '../../../src/limits/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo } from '../../support/sending.ts';
import { limitsIn } from './limited.ts';

describeOnALedger('limits of a person', (given) => {
  const { limit, limited, planOf, now, why, record, goOn, claimed } = limitsIn(given);

  const ofAda: Limit = { person: 'ada', period: 'day', numbers: 30, money: null };
  const ofOthers: Limit = { person: '*', period: 'day', numbers: 25, money: null };

  test('hold only what that person started, and what nobody else is named for', async () => {
    const account = await limited(ofAda, ofOthers);
    const [ada, grace, vic] = [
      await planOf(account, [25, 6, 5], 'ada'),
      await planOf(account, [25, 1], 'grace'),
      await planOf(account, [20, 5, 1], 'vic'),
    ];
    expect(await given.claim(ada)).toHaveLength(1);
    expect(await given.claim(ada, [ada.orders[2]!])).toHaveLength(1);
    expect(await given.claim(grace)).toHaveLength(1);
    expect(await given.claim(vic)).toHaveLength(2);
    const states = (await now(account)).limits.map((each) => [each.person, each.spent?.numbers]);
    expect(states).toEqual([
      ['*', undefined],
      ['ada', 30],
      ['grace', 25],
      ['vic', 25],
    ]);
  });

  test('of each other person hold for plans, too, after that person has bought', async () => {
    const ofPlan: Limit = { person: '*', period: 'plan', numbers: 30, money: null };
    const account = await limited(ofPlan, { ...ofOthers, numbers: 100 });
    await given.claim(await planOf(account, [10], 'grace'));
    await expect(planOf(account, [25, 6], 'grace')).rejects.toMatchObject({ code: 'over_limit' });
  });

  test('hold for the user of the machine with the same name', async () => {
    const account = await limited(ofAda);
    expect(await given.claim(await planOf(account, [25], 'Ada'))).toHaveLength(1);
    expect(await given.claim(await planOf(account, [6], 'system:ada'))).toEqual([]);
  });

  test('pause the plan with the reason, and the others go on', async () => {
    const account = await limited(ofAda);
    const ada = await planOf(account, [25, 25], 'ada');
    const grace = await planOf(account, [25], 'grace');
    await record(ada, answerTo((await claimed(ada, 0))!, 'filled'));
    expect(await claimed(ada, 1)).toBeUndefined();
    expect(await given.findPlan(ada.id)).toMatchObject({
      state: 'paused',
      reason:
        'The daily limit of 30 numbers for ada leaves no room for the next order: ' +
        'the plan continues at 00:00 UTC',
    });
    expect(await why(ada, 1)).toEqual({ why: 'gone' });
    expect(await claimed(grace, 0)).toBeDefined();
  });

  const heldPlan = async () => {
    const account = await limited(ofAda);
    const plan = await planOf(account, [25, 25], 'ada');
    await record(plan, answerTo((await claimed(plan, 0))!, 'filled'));
    await claimed(plan, 1);
    await goOn(account);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'paused' });
    return plan;
  };

  test('are taken up by the sweep when they leave room again', async () => {
    const plan = await heldPlan();
    await limit(plan.account, { ...ofAda, numbers: 50 });
    await goOn(plan.account);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'running' });
    expect(await claimed(plan, 1)).toMatchObject({ quantity: 25 });
  });

  test('leave a plan paused that a person pauses meanwhile', async () => {
    const plan = await heldPlan();
    await given.steerPlan(plan.id, 'pause', { who: 'Ada', why: 'not now' });
    await limit(plan.account);
    await goOn(plan.account);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'paused', reason: 'not now' });
  });

  test('of several kinds stop several plans, each with its own reason', async () => {
    const ofDay: Limit = { person: 'ada', period: 'day', numbers: 25, money: null };
    const ofMonth: Limit = { person: 'bob', period: 'month', numbers: 25, money: null };
    const account = await limited(ofDay, ofMonth);
    const plans = [await planOf(account, [25, 1], 'ada'), await planOf(account, [25, 1], 'bob')];
    for (const plan of plans) {
      await claimed(plan, 0);
      expect(await claimed(plan, 1)).toBeUndefined();
    }
    const reasons = [];
    for (const { id } of plans) reasons.push((await given.findPlan(id)).reason);
    expect(reasons).toEqual([
      expect.stringMatching(/^The daily limit of 25 numbers for ada leaves no room/),
      expect.stringMatching(/^The monthly limit of 25 numbers for bob leaves no room/),
    ]);
  });
});
