import { expect, test } from 'vitest';
import { openSuccessors, stockMet } from '../../../src/ledger/index.ts';
import { sendWaiting, step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, newAccount, newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers, record } from '../../support/sending.ts';

describeOnALedger('what earlier plans met in an area code', (given) => {
  const sellAll = async (plan: SmallPlan, n: number) => {
    const answers = (await sendWaiting(given.ledger, plan)).map((order) =>
      answerTo(order, n < order.quantity ? 'short' : 'filled', { numbers: newNumbers(n) }),
    );
    await record(given.ledger, plan, ...answers);
  };

  test('is what the newest one asked for there and got, substitutes included', async () => {
    const account = await newAccount(given.ledger);
    const older = await newPlan(given.ledger, { account, lines: [line({ quantity: 20 })] });
    await sellAll(older, 20);
    const ladder = { type: 'local' as const, areaCode: '212', fallback: 'overlay' };
    const lines = [
      line({ line: 2, quantity: 20, fallback: 'overlay' }),
      line({ line: 3, areaCode: '212555', quantity: 3 }),
      line({ line: 4, areaCode: '415', quantity: 4 }),
    ];
    const plan = await newPlan(given.ledger, {
      account,
      lines,
      ladders: [{ ...ladder, steps: [step(1, '332')] }],
    });
    await sellAll(plan, 3);
    await openSuccessors(given.ledger, account.id, 1_000);
    await sellAll(plan, 9);
    const common = { plan: plan.id, startedAt: expect.any(Date) };
    expect(await stockMet(given.ledger, ['415', '332', '212', '907'], account.id)).toEqual([
      { ...common, areaCode: '415', asked: 4, bought: 3 },
      { ...common, areaCode: '332', asked: 17, bought: 9 },
      { ...common, areaCode: '212', asked: 23, bought: 6 },
    ]);
  });

  test('leaves out what is still to be bought, and other accounts', async () => {
    const plan = await newPlan(given.ledger);
    expect(await stockMet(given.ledger, ['212'], plan.account.id)).toEqual([]);
    const other = await newAccount(given.ledger);
    await sellAll(plan, 10);
    expect(await stockMet(given.ledger, ['212'], other.id)).toEqual([]);
    expect(await stockMet(given.ledger, ['212'], plan.account.id)).toHaveLength(1);
  });
});
