import { expect, test } from 'vitest';
import { describeOnALedger } from '../../support/ledger-drivers.ts';

describeOnALedger('an account', (given) => {
  test('that only a person can vouch for says so first when it is paused already', async () => {
    const { id, name } = await given.newAccount();
    const by = { who: 'Ada', why: 'a test' };
    await given.changeAccount(name, { pause: 'It is late' }, by);
    await given.withdrawVouching(id);
    await given.beginDoubt(id, { waitMs: 0, why: 'it may be old' });
    await given.leaveToPerson(id, 'It may have gone back');
    await given.leaveToPerson(id, 'It may have gone back');
    expect((await given.findAccount(name)).pausedReason).toBe(
      'It may have gone back. It had paused before: It is late',
    );
    expect(await given.readTrust(id)).toMatchObject({ doubted: 'person' });
    await given.changeAccount(name, { resume: true }, by);
    const { vouchedFor, incarnation } = await given.readTrust(id);
    expect(vouchedFor).toBe(incarnation);
  });

  test('that waits for a worker to vouch rests and says why, also when it is resumed', async () => {
    const { id, name } = await given.newAccount();
    await given.withdrawVouching(id);
    await given.beginDoubt(id, { waitMs: 0, why: 'it may be old' });
    expect(await given.findAccount(name)).toMatchObject({ restReason: 'it may be old' });
    await given.changeAccount(name, { resume: true }, { who: 'Ada', why: 'a test' });
    expect(await given.findAccount(name)).toMatchObject({
      resumeAt: expect.any(Date),
      restReason: expect.stringContaining('once a worker has found out'),
    });
    await given.vouchFor(id, (await given.readTrust(id)).incarnation);
    expect(await given.findAccount(name)).toMatchObject({ resumeAt: null, restReason: null });
  });

  test('that one worker has vouched for is not put in doubt by a slower one', async () => {
    const { id, name } = await given.newAccount();
    await given.beginDoubt(id, { waitMs: 60_000, why: 'it may be old' });
    expect(await given.findAccount(name)).toMatchObject({ resumeAt: null, restReason: null });
    expect(await given.readTrust(id)).toMatchObject({ doubted: null });
  });
});
