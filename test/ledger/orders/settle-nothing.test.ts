import { expect, test } from 'vitest';
import type { Verdict } from '../../../src/evidence/index.ts';
import type { ClaimedOrder, Finding } from '../../../src/ledger/index.ts';
import { describeOnALedger, describeOnPostgres } from '../../support/ledger-drivers.ts';
import { type OnLedger, onLedger } from '../../support/on-ledger.ts';
import { line } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

const BY = { who: 'Ada', why: 'their support looked' };

/**
 * Unknown orders for numbers in 512: of ten, and of fifteen that receive messages, whose answer
 * names these.
 */
async function tenAndFifteen(given: OnLedger, named: string[] = []) {
  const wishes = [
    line({ areaCode: '512', quantity: 10 }),
    line({ line: 3, areaCode: '512', quantity: 15, smsSupported: true }),
  ];
  const plan = await given.newPlan({ lines: wishes });
  const [ten, fifteen] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
  const cut = answerTo(fifteen, 'unknown', { numbers: named });
  await given.record(plan, answerTo(ten, 'unknown'), cut);
  return { plan, ten, fifteen };
}

const judge = (given: OnLedger, { id, attempt }: ClaimedOrder, verdict: Partial<Verdict>) => {
  const open = { finding: 'open' as const, isClear: false, numbers: [], why: 'Who knows.' };
  return given.keepVerdicts([{ order: id, attempt, ...open, ...verdict }]);
};

const settle = (given: OnLedger, order: ClaimedOrder, finding: Finding) =>
  given.settleOrder(order.id, finding, BY).then(
    ({ state }) => state,
    (error): string[] => error.details.objections,
  );

/** The list has this many new numbers in 512. The verdict on both orders is open. */
async function listed(given: OnLedger, n: number, named?: string[]) {
  const both = await tenAndFifteen(given, named);
  const numbers = newNumbers(n, '512');
  await given.readList(both.plan.account, numbers);
  for (const order of [both.ten, both.fifteen]) await judge(given, order, { numbers });
  return { ...both, numbers };
}

const owns = (numbers: string[], tail = '') => [
  `The account owns ${numbers.length} numbers that it may have bought and that no order has: ` +
    `${numbers.slice(0, 5).join(', ')} and ${numbers.length - 5} more.${tail}`,
];

describeOnALedger('an order that no list was read after', (given) => {
  const unread = (what: string) => [
    `No list of the vendor's was read since its request ended, so nothing shows that it bought ` +
      `${what}: "reconcile" reads one.`,
  ];

  test('is not settled as nothing', async () => {
    const { plan, ten } = await tenAndFifteen(given);
    expect(await settle(given, ten, NOTHING)).toEqual(unread('nothing'));
    // The keys are those of another account, say, so the list shows nothing.
    await judge(given, ten, {});
    expect(await settle(given, ten, NOTHING)).toEqual(unread('nothing'));
    await given.readList(plan.account, []);
    expect(await settle(given, ten, NOTHING)).toBe('waiting');
  });

  test('is settled so against the evidence, as where no list is ever read', async () => {
    const { ten } = await tenAndFifteen(given);
    const { state } = await given.settleOrder(ten.id, NOTHING, BY, ANYHOW);
    expect(state).toBe('waiting');
  });

  test('is not settled as fewer either, though the vendor named these', async () => {
    const plan = await given.newPlan();
    const numbers = newNumbers(3);
    const { order } = await given.sendOne(plan, 'unknown', { numbers });
    expect(await settle(given, order, { bought: numbers })).toEqual(unread('no more'));
  });

  test('is not settled as nothing by a list that was read while it was under way', async () => {
    const plan = await given.newPlan();
    const order = await given.claimOne(plan);
    await given.readList(plan.account, []);
    await given.passTime(plan.account, 1_000);
    await given.record(plan, answerTo(order, 'unknown'));
    expect(await settle(given, order, NOTHING)).toEqual(unread('nothing'));
  });
});

describeOnALedger('an order that a person says bought nothing', (given) => {
  test('is not settled so while the others have no room for what it may have bought', async () => {
    const { plan, ten, fifteen, numbers } = await listed(given, 25);
    expect(await settle(given, ten, NOTHING)).toEqual(
      owns(numbers, ' Other unknown orders have room for 15 of them.'),
    );
    expect(await settle(given, fifteen, NOTHING)).toEqual(
      owns(numbers, ' Other unknown orders have room for 10 of them.'),
    );
    expect(await given.findPlan(plan.id)).toMatchObject({ unknown: 25 });
  });

  test('leaves what it may have bought to the other, which then cannot be settled so', async () => {
    const { ten, fifteen, numbers } = await listed(given, 12);
    expect(await settle(given, ten, NOTHING)).toBe('waiting');
    expect(await settle(given, fifteen, NOTHING)).toEqual(owns(numbers));
    expect(await settle(given, fifteen, { bought: numbers.slice(0, 11) })).toEqual([
      'The account owns 1 number that it may also have bought and that no order has: ' +
        `${numbers[11]}.`,
    ]);
    expect(await settle(given, fifteen, { bought: numbers })).toBe('short');
  });

  test('has others beside it that get first what it cannot have bought', async () => {
    const roaming = line({ line: 3, areaCode: '512', quantity: 5, distance: 50 });
    const wishes = [line({ areaCode: '512' }), roaming];
    const plan = await given.newPlan({ lines: wishes });
    const [one, other] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
    await given.record(plan, answerTo(one, 'unknown'), answerTo(other, 'unknown'));
    const own = newNumbers(2, '512');
    await given.readList(plan.account, [...own, ...newNumbers(4, '737')]);
    expect(await settle(given, one, NOTHING)).toEqual([
      'The account owns 2 numbers that it may have bought and that no order has: ' +
        `${own.join(', ')}. Other unknown orders have room for 1 of them.`,
    ]);
  });

  test('is not settled so for another one that names as many numbers as it lacks', async () => {
    const named = newNumbers(15, '512');
    const { plan, ten, numbers } = await listed(given, 10, named);
    expect(await settle(given, ten, NOTHING)).toEqual(owns(numbers));
    await given.readList(plan.account, [...numbers, ...named]);
    expect(await settle(given, ten, NOTHING)).toEqual(owns(numbers));
  });

  test('is settled so for all-or-none ones only by as many numbers as fill them', async () => {
    const wish = { areaCode: '512', distance: 50 };
    const whole = { ...wish, fillQuantity: true };
    const lines = [
      line(wish),
      line({ ...whole, line: 3, quantity: 20 }),
      line({ ...whole, line: 4 }),
    ];
    const plan = await given.newPlan({ lines });
    const orders = await given.claim(plan);
    await given.record(plan, ...orders.map((order) => answerTo(order, 'unknown')));
    const numbers = newNumbers(29, '512');
    await given.readList(plan.account, numbers.slice(0, 9));
    expect(await settle(given, orders[0]!, NOTHING)).toEqual(owns(numbers.slice(0, 9)));
    await given.readList(plan.account, numbers);
    expect(await settle(given, orders[0]!, NOTHING)).toEqual(
      owns(numbers, ' Other unknown orders have room for 20 of them.'),
    );
    await given.readList(plan.account, [...numbers, ...newNumbers(1, '512')]);
    expect(await settle(given, orders[0]!, NOTHING)).toBe('waiting');
  });

  test('is settled so when the verdict on another one gives that its numbers', async () => {
    const { ten, fifteen, numbers } = await listed(given, 15);
    await judge(given, fifteen, { finding: 'bought', numbers });
    expect(await settle(given, ten, NOTHING)).toBe('waiting');
  });

  test('is not settled so where the verdict gives another one only a part', async () => {
    const { ten, fifteen, numbers } = await listed(given, 15);
    await judge(given, fifteen, { finding: 'bought', numbers: numbers.slice(0, 9) });
    expect(await settle(given, ten, NOTHING)).toEqual(owns(numbers.slice(9)));
  });

  test('is settled so when a person has called foreign what it may have bought', async () => {
    const { plan, ten, fifteen, numbers } = await listed(given, 25);
    await given.settleOrder(fifteen.id, { bought: numbers.slice(10) }, BY);
    await given.callForeign(plan, numbers.slice(0, 10), { againstEvidence: true });
    expect(await settle(given, ten, NOTHING)).toBe('waiting');
  });

  test('is not settled so while it is too early for the list to show that', async () => {
    const { plan, ten, fifteen } = await tenAndFifteen(given);
    const why = 'One that is read 3 seconds later, while a worker runs, can show it.';
    for (const order of [ten, fifteen]) await judge(given, order, { finding: 'later', why });
    expect(await settle(given, ten, NOTHING)).toEqual([
      `The vendor's list does not show yet that it bought nothing. ${why}`,
    ]);
    const numbers = newNumbers(10, '512');
    await given.readList(plan.account, numbers);
    expect(await settle(given, ten, { bought: numbers.slice(0, 4) })).toEqual([
      `The vendor's list does not show yet that it bought no more. ${why}`,
    ]);
    expect(await settle(given, ten, { bought: numbers })).toBe('filled');
  });
});

describeOnPostgres('two unknown orders, when one of them bought something', (given) => {
  test('are not both settled as nothing at the same moment', async () => {
    const { ten, fifteen, numbers } = await listed(given, 8);
    const [own, other] = [given, onLedger(given.another())];
    const settled = await Promise.all([settle(own, ten, NOTHING), settle(other, fifteen, NOTHING)]);
    expect(settled.filter((each) => each === 'waiting')).toHaveLength(1);
    expect(settled.find((each) => each !== 'waiting')).toEqual(owns(numbers));
  });
});
