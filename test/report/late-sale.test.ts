/** A remainder is stored, and then a late answer says that its plan has bought what it asks for. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  endPlans,
  findPlan,
  orderId,
  planEvents,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import { checkPlan, readLines } from '../../src/plan/index.ts';
import { knownRemainder } from '../../src/report/index.ts';
import { codeOf } from '../support/ledger.ts';
import { describeOnBothDrivers } from '../support/ledger-drivers.ts';
import { line } from '../support/plans.ts';
import { answerTo, claim, record, settleInPart } from '../support/sending.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { planWith, textOf } from './reported-plan.ts';

const BY = { who: 'Ada', why: 'the list has these' };

describeOnBothDrivers('a remainder', (given) => {
  const remainder = async () => {
    const { ledger } = given;
    const plan = await planWith(ledger, [line({ line: 2, quantity: 10 })]);
    const { order: first, named } = await settleInPart(ledger, plan);
    await endPlans(ledger, plan.account.id);
    const path = join(temporaryFolder(), 'remainder.csv');
    await writeFile(path, await textOf(ledger, plan, 'remainder.csv'));
    const check = await checkPlan(path);
    const known = await knownRemainder(ledger, plan.account, check, 'remainder.csv');
    const wish = { accountId: plan.account.id, ...known, check, again: false, who: 'Ada' };
    const id = await submitPlan(ledger, { ...wish, lines: readLines(path, check) });
    const answerLate = () => record(ledger, plan, answerTo(first, 'filled', { numbers: named }));
    return { plan, id, orders: [orderId(id, 1)], answerLate };
  };

  test('is not started any more', async () => {
    const { ledger } = given;
    const { plan, id, answerLate } = await remainder();
    await answerLate();
    expect(await findPlan(ledger, plan.id)).toMatchObject({ bought: 3, surplus: 7 });
    expect(await codeOf(steerPlan(ledger, id, 'start', BY))).toBe('wrong_state');
  });

  test('pauses when it runs, until a person resumes it', async () => {
    const { ledger } = given;
    const { plan, id, orders, answerLate } = await remainder();
    await steerPlan(ledger, id, 'start', BY);
    await answerLate();
    expect(await claim(ledger, { ...plan, id, orders })).toEqual([]);
    const why = `a late answer says that plan ${plan.id} has bought more than was known`;
    expect(await findPlan(ledger, id)).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining(why),
    });
    expect((await planEvents(ledger, id))[0]).toMatchObject({ kind: 'plan_paused', who: 'vendor' });
    await steerPlan(ledger, id, 'resume', BY);
    expect(await claim(ledger, { ...plan, id, orders })).toMatchObject([{ quantity: 7 }]);
  });
});
