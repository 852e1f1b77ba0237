import { expect, test } from 'vitest';
import { accountState, changeAccount, findAccount } from '../../src/ledger/index.ts';
import { startCli } from '../support/cli.ts';
import { writePlan } from '../support/plan-on-disk.ts';
import { NOTICE_SECRET, openReceiver } from '../support/receiver.ts';
import { runHere } from '../support/run-here.ts';
import {
  describeInModes,
  environmentOf,
  openLedger,
  POSTGRES_AND_REDIS,
} from '../support/storage.ts';
import { until } from '../support/until.ts';
import { sandboxOf, untilEnded } from '../support/workplace.ts';

describeInModes([POSTGRES_AND_REDIS], 'workers with NOTICE_URL', ({ makeStorage }) => {
  test('tell what happens, and a receiver that does not answer slows no order', async () => {
    const storage = await makeStorage();
    const vendor = await sandboxOf();
    const receiver = await openReceiver();
    const env = {
      ...environmentOf(storage),
      DIALOGTECH_URL: vendor.url,
      NOTICE_URL: receiver.url,
      NOTICE_SECRET,
      RATE: '50',
    };
    const ledger = await openLedger(storage);
    const workers = [0, 1].map(() => startCli(['work'], { env }));
    for (const worker of workers) await worker.waitFor('worker started');
    const submit = async (orders: number) => {
      const path = writePlan(`area_code,quantity\n${'212,1\n'.repeat(orders)}`);
      const args = ['submit', path, '--start', '--json', '--again'];
      return JSON.parse((await runHere(args, { env })).stdout).id as number;
    };
    const told = (event: string) =>
      receiver.received.filter(({ letter }) => letter.event === event);

    // Five unknown answers in a row: the account pauses itself.
    vendor.setFaultMix({ chance: 1, faults: { cut_before: 1 } });
    receiver.answer(() => {});
    const first = await submit(60);
    await until(async () => (await findAccount(ledger, 'sandbox')).pausedReason, {
      what: 'the account has paused itself',
    });
    await until(async () => receiver.received.length > 0, { what: 'a message has arrived' });
    vendor.setFaultMix(null);
    // Those in flight may be cut off, too, and five of them would pause the account again.
    await until(async () => (await accountState(ledger, 'sandbox')).inFlight === 0, {
      what: 'nothing is in flight',
    });
    await changeAccount(ledger, 'sandbox', { resume: true }, { who: 'Ada' });
    const { bought, unknown } = await untilEnded(ledger, first);
    expect(bought + unknown).toBe(60);

    receiver.answer();
    await until(() => told('plan_finished').length > 0, { what: 'the end' });
    await until(() => told('account_paused').length > 0, { what: 'the pause' });
    expect(told('plan_finished')[0]?.letter).toMatchObject({
      plan: { id: first },
      requested: 60,
      bought,
      unknown,
    });
    // One that was tried in vain may come after the others.
    const appeared = () => {
      const orders = new Map(told('unknown_appeared').map(({ id, letter }) => [id, letter.orders]));
      return [...orders.values()].reduce<number>((sum, n) => sum + Number(n), 0);
    };
    await until(() => appeared() >= unknown, { what: 'all unknown orders are told' });
    expect(appeared()).toBe(unknown);
    expect(receiver.received.map(({ fault }) => fault)).not.toContain('its signature');
    for (const worker of workers) worker.kill();
    for (const worker of workers) expect((await worker.exited).code).toBe(0);
    expect(workers.map(({ stderr }) => stderr).join()).not.toMatch(/hush|secret of the tests/);
  });

  test('are not needed: the command that places an order tells of its end', async () => {
    const storage = await makeStorage();
    const receiver = await openReceiver();
    const env = { ...environmentOf(storage), NOTICE_URL: receiver.url, NOTICE_SECRET, RATE: '50' };
    const plan = writePlan('area_code,quantity\n212,5\n');
    const { code } = await runHere(['order', plan], { env });
    expect(code).toBe(0);
    expect(receiver.received).toMatchObject([
      { fault: null, letter: { event: 'plan_finished', requested: 5, bought: 5 } },
    ]);
  });
});
