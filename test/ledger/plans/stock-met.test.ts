import { expect, test } from 'vitest';
import type { Step } from '../../../src/fallback/index.ts';
import { openSuccessors, recordAnswers, stockMet } from '../../../src/ledger/index.ts';
import {
  answerTo,
  claim,
  line,
  newAccount,
  newNumbers,
  newPlan,
  type SmallPlan,
  sql,
} from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

const steps: Step[] = [
  { rung: 1, name: 'overlay', areaCode: '332', type: 'local', miles: null, cap: null },
];

describeOnBothDrivers('what earlier plans met in an area code', (given) => {
  const sellAll = async (plan: SmallPlan, n: number) => {
    const text = `select id from ledger.orders where plan_id = $1 and state = 'waiting'`;
    const ids = (await sql<{ id: number }>(given.ledger, text, [plan.id])).map(({ id }) => id);
    const answers = (await claim(given.ledger, plan, ids)).map((order) =>
      answerTo(order, n < order.quantity ? 'short' : 'filled', { numbers: newNumbers(n) }),
    );
    await recordAnswers(given.ledger, plan.account.id, answers);
  };

  test('is what the newest one asked for there and got, substitutes included', async () => {
    const account = await newAccount(given.ledger);
    const older = await newPlan(given.ledger, { account, lines: [line({ quantity: 20 })] });
    await sellAll(older, 20);
    const ladder = { type: 'local' as const, areaCode: '212', fallback: 'overlay', steps };
    const lines = [
      line({ line: 2, quantity: 20, fallback: 'overlay' }),
      line({ line: 3, areaCode: '212555', quantity: 3 }),
      line({ line: 4, areaCode: '415', quantity: 4 }),
    ];
    const plan = await newPlan(given.ledger, { account, lines, ladders: [ladder] });
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
