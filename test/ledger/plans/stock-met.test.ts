import { expect, test } from 'vitest';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

describeOnALedger('what earlier plans met in an area code', (given) => {
  const sellAll = async (plan: SmallPlan, n: number) => {
    const answers = (await given.sendWaiting(plan)).map((order) =>
      answerTo(order, n < order.quantity ? 'short' : 'filled', { numbers: newNumbers(n) }),
    );
    await given.record(plan, ...answers);
  };

  test('is what the newest one asked for there and got, substitutes included', async () => {
    const account = await given.newAccount();
    const older = await given.newPlan({ account, lines: [line({ quantity: 20 })] });
    await sellAll(older, 20);
    const ladder = { type: 'local' as const, areaCode: '212', fallback: 'overlay' };
    const lines = [
      line({ line: 2, quantity: 20, fallback: 'overlay' }),
      line({ line: 3, areaCode: '212555', quantity: 3 }),
      line({ line: 4, areaCode: '415', quantity: 4 }),
    ];
    const plan = await given.newPlan({
      account,
      lines,
      ladders: [{ ...ladder, steps: [step(1, '332')] }],
    });
    await sellAll(plan, 3);
    await given.openSuccessors(account.id, 1_000);
    await sellAll(plan, 9);
    const common = { plan: plan.id, startedAt: expect.any(Date) };
    expect(await given.stockMet(['415', '332', '212', '907'], account.id)).toEqual([
      { ...common, areaCode: '415', asked: 4, bought: 3 },
      { ...common, areaCode: '332', asked: 17, bought: 9 },
      { ...common, areaCode: '212', asked: 23, bought: 6 },
    ]);
  });

  test('leaves out what is still to be bought, and other accounts', async () => {
    const plan = await given.newPlan();
    expect(await given.stockMet(['212'], plan.account.id)).toEqual([]);
    const other = await given.newAccount();
    await sellAll(plan, 10);
    expect(await given.stockMet(['212'], other.id)).toEqual([]);
    expect(await given.stockMet(['212'], plan.account.id)).toHaveLength(1);
  });
});
