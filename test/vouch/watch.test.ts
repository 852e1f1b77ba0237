import { expect, test, vi } from 'vitest';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import type { SmallPlan } from '../support/plans.ts';
import { memoryStore } from './vouching.ts';

describeOnALedger('a worker that watches the ledger', (given) => {
  const move = () => given.moveOn();
  const forgetLastWord = ({ id }: SmallPlan) =>
    given.ledger.script(
      `update ledger.workers set questions = questions - 1 where name = 'worker of plan ${id}'`,
    );
  const begin = async (store: ReturnType<typeof memoryStore> | null = null) => {
    await given.belongTo('history 1');
    await move();
    const vouching = await given.openVouching({ store });
    await vouching.watch();
    return vouching;
  };

  test('vouches for a plain restart, because it finds its own last word', async () => {
    const { plan, watch } = await begin();
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: true });
  });

  test('leaves it to the last one of those that were heard lately', async () => {
    const { plan, watch } = await begin();
    const other = await given.openVouching({ plan, worker: 'another worker' });
    await other.watch();
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
    await other.watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: true });
  });

  test('counts one that went silent with the restart, however late another comes', async () => {
    const { plan, watch, vouch } = await begin();
    const late = await given.openVouching({ plan, worker: 'a late worker' });
    await late.watch();
    await given.openVouching({ plan, worker: 'a lost worker' });
    await move();
    await watch();
    await vouch();
    await given.ledger.script(
      `update ledger.accounts set ticks = ticks + 30000 where id = ${plan.account.id};
       update ledger.workers set seen_tick = 30000 where name <> 'a lost worker'`,
    );
    await late.watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('counts one that left before it could look', async () => {
    const { plan, watch } = await begin();
    const other = await given.openVouching({ plan, worker: 'a leaving worker' });
    await other.watch();
    await move();
    await given.noteGone('a leaving worker');
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('vouches after two restarts, when another worker saw only the second', async () => {
    const { plan, watch } = await begin();
    const other = await given.openVouching({ plan, worker: 'a worker that was away' });
    await other.watch();
    await move();
    await watch();
    await move();
    await watch();
    await other.watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: true });
  });

  test('does not vouch after two restarts when the first was not believed', async () => {
    const { plan, watch } = await begin();
    await move();
    await watch();
    await given.ledger.script(
      `update ledger.accounts set vouched_for = null where id = ${plan.account.id}`,
    );
    await watch();
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('counts one whose row was lost, and that has beaten again before it looks', async () => {
    const { plan, watch } = await begin();
    const other = await given.openVouching({ plan, worker: 'a young worker' });
    await given.sql(`delete from ledger.workers where name = 'a young worker'`);
    await move();
    await other.beat();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('does not count one that was silent long before', async () => {
    const { plan, watch } = await begin();
    await given.openVouching({ plan, worker: 'a dead worker' });
    await given.passTime(plan.account, 30_000);
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: true });
  });

  test.each([
    ['its last word is not there', forgetLastWord],
    [
      'nobody had vouched for the run before',
      ({ account }: SmallPlan) =>
        given.ledger.script(
          `update ledger.accounts set vouched_for = null where id = ${account.id}`,
        ),
    ],
  ])('does not vouch when %s', async (_, forget) => {
    const { plan, watch } = await begin();
    await forget(plan);
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test.each(['history 2', null])('does not vouch when the history is %s', async (lineage) => {
    const { plan, watch } = await begin();
    await move();
    await given.belongTo(lineage);
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('does not vouch when no history can be told, before and after', async () => {
    await given.belongTo(null);
    const { plan, watch } = await given.openVouching();
    await watch();
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('leaves it to the marks of all where there are some', async () => {
    const { plan, watch } = await begin(memoryStore());
    await move();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
  });

  test('compares what it has sent itself, where nothing else remembers', async () => {
    const { plan, watch, sentUnknown } = await begin();
    await sentUnknown(0, 1);
    await watch();
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'waiting' });
    await move();
    await watch();
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'unknown' });
  });

  test('tells that whole plans are lost that it has sent itself', async () => {
    const { plan, watch, witness } = await begin();
    const lost = { ...(await given.sentOf(plan, 0, 1)), planKey: 'gone:0:10' };
    await witness.mark([lost], callWith(await witness.ticket()));
    await move();
    await watch();
    expect((await given.ground(plan)).pausedReason).toContain('has lost 1 plan');
  });

  test('notices by its count that the ledger goes back while it runs', async () => {
    const { plan, watch, sentUnknown } = await begin();
    await sentUnknown(0, 1);
    await watch();
    await forgetLastWord(plan);
    await watch();
    expect(await given.ground(plan)).toEqual({
      isVouchedFor: false,
      pausedReason: expect.stringContaining('did not know of orders that had been sent'),
    });
  });

  test('compares with a ledger that went back, however often that failed before', async () => {
    const { plan, watch, sentUnknown, witness } = await begin();
    await sentUnknown(0, 1);
    await watch();
    await forgetLastWord(plan);
    const own = vi.spyOn(witness, 'own').mockImplementation(() => {
      throw new Error('the ledger is away');
    });
    for (let failed = 0; failed < 3; failed++) await expect(watch()).rejects.toThrow('is away');
    own.mockRestore();
    await watch();
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'unknown' });
  });
});
