/** The time of a standing line ends while no worker runs, and its try waits in the queue. */
import { expect, test } from 'vitest';
import { changeAccount, findPlan } from '../../src/ledger/index.ts';
import { goOn, ladderPlan, makeDue, sendWaiting } from '../support/ladder-plan.ts';
import { sql } from '../support/ledger.ts';
import { answerTo, newNumbers, record } from '../support/sending.ts';
import { describeInModes, POSTGRES, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, sandboxOf, workerOf } from '../support/workplace.ts';

const BY = { who: 'Ada', why: 'the bill is paid' };

describeInModes([POSTGRES, POSTGRES_AND_REDIS], 'a try whose time is over', (modes) => {
  test('is not bought by a worker that starts later', async () => {
    const vendor = await sandboxOf();
    const shop = await openShop(await modes.makeStorage(), { url: vendor.url, rate: 10 });
    const { ledger, account } = shop;
    const plan = await ladderPlan(ledger, {
      account,
      steps: [],
      keepTrying: '3d',
      quantities: [9],
    });
    const [first] = await sendWaiting(ledger, plan);
    await record(ledger, plan, answerTo(first!, 'short', { numbers: newNumbers(1) }));
    await goOn(ledger, plan);
    await makeDue(ledger, plan);
    await changeAccount(ledger, account.name, { pause: 'the bill' }, BY);
    const worker = await workerOf(shop);
    worker.start();
    const waits = `select from ledger.orders where plan_id = $1 and state = 'waiting' and queued`;
    await until(async () => (await sql(ledger, waits, [plan.id])).length > 0, {
      what: 'the try is in the queue',
    });
    await worker.stop();

    await sql(
      ledger,
      `update ledger.standing set until = ledger.now() - interval '2 days',
         next_at = ledger.now() - interval '2 days'`,
    );
    await changeAccount(ledger, account.name, { resume: true }, BY);
    const next = await workerOf(shop);
    next.start();
    const now = () => findPlan(ledger, plan.id);
    await until(async () => (await now()).state === 'finished', { what: 'the plan has ended' });
    expect(await now()).toMatchObject({ bought: 1, short: 8, cancelled: 0 });
    expect(vendor.books().sold).toBe(0);
  });
});
