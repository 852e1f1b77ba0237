import { expect, test, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { passTime } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import { ground, memoryStore, moveOn, openVouching } from './vouching.ts';

const CLEAN = null;
const UNREAD = 'The list is away.';

/** Nothing but the vendor's list can tell what was sent; `look` says what it shows. */
async function opened(ledger: Ledger, ...looks: (string | null)[]) {
  const look = vi.fn<() => Promise<string | null>>();
  for (const found of looks.slice(0, -1)) look.mockResolvedValueOnce(found);
  look.mockResolvedValue(looks.at(-1)!);
  const vouching = await openVouching(ledger, { look });
  await moveOn(ledger);
  const { plan } = vouching;
  return {
    ...vouching,
    look,
    /** A worker has watched so much time pass. */
    watched: async (ms: number) => {
      vouching.pass(ms);
      await passTime(ledger, plan.account, ms);
    },
    state: () => ground(ledger, plan),
  };
}

describeOnALedger('a ledger for which only the vendor’s list can vouch', (given) => {
  test('waits until everything sent before is on the list, and is looked at then', async () => {
    const { plan, vouch, look, watched, state } = await opened(given.ledger, CLEAN);
    expect(await vouch()).toBe(false);
    await watched(89_999);
    expect(await vouch()).toBe(false);
    expect(look).not.toHaveBeenCalled();
    expect(await given.claim(plan)).toEqual([]);
    await watched(1);
    expect(await vouch()).toBe(true);
    expect(await state()).toEqual({ isVouchedFor: true, pausedReason: null });
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test('waits anew in each run of the database', async () => {
    const { vouch, look, watched } = await opened(given.ledger, CLEAN);
    await vouch();
    await watched(89_000);
    await given.moveOn();
    await vouch();
    await watched(2_000);
    expect(await vouch()).toBe(false);
    expect(look).not.toHaveBeenCalled();
  });

  test('is not vouched for by a resume before that', async () => {
    const { plan, vouch, state } = await opened(given.ledger, CLEAN);
    await vouch();
    await given.changeAccount(plan.account.name, { resume: true }, { who: 'Ada' });
    expect(await state()).toMatchObject({ isVouchedFor: false });
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is looked at again in ten seconds when the list cannot be read', async () => {
    const { vouch, look, watched } = await opened(given.ledger, UNREAD, CLEAN);
    await vouch();
    await watched(90_000);
    expect(await vouch()).toBe(false);
    await watched(9_999);
    expect(await vouch()).toBe(false);
    expect(look).toHaveBeenCalledTimes(1);
    await watched(1);
    expect(await vouch()).toBe(true);
  });

  test('is left to a person after a minute of that, whose resume vouches for it', async () => {
    const { plan, vouch, look, watched, state } = await opened(given.ledger, UNREAD);
    await vouch();
    await watched(150_000);
    await vouch();
    expect(await state()).toMatchObject({ pausedReason: null });
    await watched(10_001);
    await vouch();
    expect(await state()).toEqual({
      isVouchedFor: false,
      pausedReason: expect.stringContaining('what was sent: The list is away. Compare'),
    });
    expect(await given.accountState(plan.account.name)).toMatchObject({ restReason: null });
    const looks = look.mock.calls.length;
    await watched(60_000);
    expect(await vouch()).toBe(false);
    expect(look).toHaveBeenCalledTimes(looks);
    await given.changeAccount(plan.account.name, { resume: true }, { who: 'Ada' });
    expect(await state()).toEqual({ isVouchedFor: true, pausedReason: null });
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test('is left to a person after the wait when no list may be asked for', async () => {
    const { vouch, pass, plan } = await given.openVouching();
    await given.moveOn();
    expect(await vouch()).toBe(false);
    expect(await given.ground(plan)).toMatchObject({ pausedReason: null });
    pass(90_000);
    await given.passTime(plan.account, 90_000);
    expect(await vouch()).toBe(false);
    expect(await given.ground(plan)).toMatchObject({
      isVouchedFor: false,
      pausedReason: expect.stringContaining('RECONCILE is off'),
    });
  });

  test('is not vouched for by an old page, when it was put back once more since', async () => {
    const { plan, vouch, pass } = await given.openVouching({ look: null });
    const { name, id } = plan.account;
    const leftToPerson = async () => {
      await given.moveOn();
      await vouch();
      await given.passTime(plan.account, 91_000);
      pass(91_000);
      await vouch();
      return (await given.findAccount(name)).pauseId!;
    };
    const pauseId = await leftToPerson();
    // The older copy does not know of that pause.
    await given.sql('update ledger.accounts set pauses = 0, paused_reason = null where id = $1', [
      id,
    ]);
    const newer = await leftToPerson();
    expect(newer.split('-')[0]).toBe(pauseId.split('-')[0]);
    const resume = (shown: string) =>
      given.changeAccount(name, { resume: { pauseId: shown } }, { who: 'Ada' });
    await expect(resume(pauseId)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await given.claim(plan)).toEqual([]);
    await resume(newer);
    expect(await given.claim(plan)).toHaveLength(1);
  });
});

describeOnALedger('a store that has forgotten', (given) => {
  test('learns what the ledger knows while that is believed', async () => {
    const store = memoryStore();
    const { plan, vouch } = await given.openVouching({ store });
    await given.claimOne(plan);
    store.forget();
    expect(await vouch()).toBe(true);
    expect(await store.memory()).not.toBeNull();
    const mark = await given.sentOf(plan, 0, 1);
    expect(await store.mark([mark], callWith(''))).toEqual([mark]);
  });

  test.each([
    ['in another store', memoryStore('other')],
    ['nowhere', null],
  ])('learns what was marked %s meanwhile', async (_, other) => {
    const store = memoryStore();
    const { plan, vouch } = await given.openVouching({ store });
    await vouch();
    const meanwhile = await given.openVouching({ plan, store: other });
    expect(await meanwhile.vouch()).toBe(true);
    await given.claimOne(plan);
    expect(await vouch()).toBe(true);
    const mark = await given.sentOf(plan, 0, 1);
    expect(await store.mark([mark], callWith(''))).toEqual([mark]);
  });

  test('is not taught twice', async () => {
    const store = memoryStore();
    const learn = vi.spyOn(store, 'learn');
    const { vouch } = await given.openVouching({ store });
    await vouch();
    await vouch();
    expect(learn).toHaveBeenCalledTimes(1);
  });

  test('cannot vouch in another run: the list is looked at, and then it learns', async () => {
    const store = memoryStore();
    const look = vi.fn(async () => CLEAN);
    const { plan, vouch, pass } = await given.openVouching({ store, look });
    store.forget();
    await given.moveOn();
    expect(await vouch()).toBe(false);
    pass(90_000);
    await given.passTime(plan.account, 90_000);
    expect(await vouch()).toBe(true);
    expect(look).toHaveBeenCalledTimes(1);
    expect(await store.memory()).not.toBeNull();
  });
});
