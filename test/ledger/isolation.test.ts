/**
 * Some database teams set this for all of a database. What has waited for a lock would then still
 * look at what held before, so the program sets what it needs for each connection.
 */
import { beforeEach, expect, test } from 'vitest';
import {
  changeAccount,
  claimOrders,
  endPlans,
  type Ledger,
  openPostgres,
  recordAnswers,
  retryPlan,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import { checkOf, dailyLimit, inBatches, linesOf, newAccount, newPlan } from '../support/plans.ts';
import { answerTo, claimOne, enter } from '../support/sending.ts';
import { describeWithPostgres, freshDatabase } from '../support/servers.ts';
import { ledgerAt } from '../support/storage.ts';
import { heldUp } from './held-up.ts';

describeWithPostgres('a database whose transactions read repeatably', () => {
  let ledger: Ledger;
  let handles: Ledger[];
  let given: { ledger: Ledger; another: () => Ledger };

  beforeEach(async () => {
    const { url, name } = await freshDatabase();
    const another = () => ledgerAt(url);
    const house = openPostgres(url);
    await house.script(
      `alter database ${name} set default_transaction_isolation = 'repeatable read'`,
    );
    await house.close();
    ledger = another();
    handles = [another(), another()];
    given = { ledger, another };
  });

  test('has workers that together do not exceed a limit', async () => {
    const { name } = await newAccount(ledger);
    const limits = [dailyLimit(25)];
    const account = await changeAccount(ledger, name, { limits }, { who: 'ACCOUNTS_FILE' });
    const plans = [];
    for (const who of ['ada', 'bob']) {
      const plan = await newPlan(ledger, { account, lines: linesOf(25), started: false });
      await steerPlan(ledger, plan.id, 'start', { who });
      await enter(ledger, plan.orders);
      plans.push(plan);
    }
    const claims = await heldUp(
      given,
      `select ledger.lock_limits(${account.id}::smallint)`,
      plans.map(
        ({ orders }, at) =>
          () =>
            claimOrders(handles[at]!, orders, {
              ...{ accountId: account.id, worker: `worker ${at}`, deadlineMs: 60_000 },
            }).catch(() => []),
      ),
    );
    expect(claims.flat().reduce((sum, { quantity }) => sum + quantity, 0)).toBe(25);
  });

  test('lets a plan and its remainder not both buy what the plan lacked', async () => {
    const plan = await newPlan(ledger, { lines: linesOf(10, 5) });
    for (const [at, outcome] of (['filled', 'refused'] as const).entries()) {
      const order = await claimOne(ledger, plan, plan.orders[at]);
      await recordAnswers(ledger, plan.account.id, [answerTo(order, outcome)]);
    }
    await endPlans(ledger, plan.account.id);
    const lines = linesOf(5);
    const outcomes = await heldUp<string>(
      given,
      `select id from ledger.plans where id = ${plan.id} for no key update`,
      [
        () =>
          submitPlan(handles[0]!, {
            accountId: plan.account.id,
            name: 'remainder.csv',
            check: checkOf(lines),
            lines: () => inBatches(lines),
            again: false,
            remainderOf: plan.id,
            remainderEvents: 2,
            who: 'Ada',
          }).then(
            () => 'submitted',
            (error) => error.code,
          ),
        () =>
          retryPlan(handles[1]!, plan.id, { who: 'Bob' }).then(
            (count) => `${count} tried again`,
            (error) => error.code,
          ),
      ],
    );
    expect(outcomes).toContain('wrong_state');
  });
});
