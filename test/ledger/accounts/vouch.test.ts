import { expect, test } from 'vitest';
import {
  beginDoubt,
  changeAccount,
  findAccount,
  leaveToPerson,
  readTrust,
  vouchFor,
  withdrawVouching,
} from '../../../src/ledger/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newAccount } from '../../support/plans.ts';

describeOnALedger('an account', (given) => {
  test('that only a person can vouch for says so first when it is paused already', async () => {
    const { ledger } = given;
    const { id, name } = await newAccount(ledger);
    const by = { who: 'Ada', why: 'a test' };
    await changeAccount(ledger, name, { pause: 'It is late' }, by);
    await withdrawVouching(ledger, id);
    await beginDoubt(ledger, id, { waitMs: 0, why: 'it may be old' });
    await leaveToPerson(ledger, id, 'It may have gone back');
    await leaveToPerson(ledger, id, 'It may have gone back');
    expect((await findAccount(ledger, name)).pausedReason).toBe(
      'It may have gone back. It had paused before: It is late',
    );
    expect(await readTrust(ledger, id)).toMatchObject({ doubted: 'person' });
    await changeAccount(ledger, name, { resume: true }, by);
    const { vouchedFor, incarnation } = await readTrust(ledger, id);
    expect(vouchedFor).toBe(incarnation);
  });

  test('that waits for a worker to vouch rests and says why, also when it is resumed', async () => {
    const { ledger } = given;
    const { id, name } = await newAccount(ledger);
    await withdrawVouching(ledger, id);
    await beginDoubt(ledger, id, { waitMs: 0, why: 'it may be old' });
    expect(await findAccount(ledger, name)).toMatchObject({ restReason: 'it may be old' });
    await changeAccount(ledger, name, { resume: true }, { who: 'Ada', why: 'a test' });
    expect(await findAccount(ledger, name)).toMatchObject({
      resumeAt: expect.any(Date),
      restReason: expect.stringContaining('once a worker has found out'),
    });
    await vouchFor(ledger, id, (await readTrust(ledger, id)).incarnation);
    expect(await findAccount(ledger, name)).toMatchObject({ resumeAt: null, restReason: null });
  });

  test('that one worker has vouched for is not put in doubt by a slower one', async () => {
    const { ledger } = given;
    const { id, name } = await newAccount(ledger);
    await beginDoubt(ledger, id, { waitMs: 60_000, why: 'it may be old' });
    expect(await findAccount(ledger, name)).toMatchObject({ resumeAt: null, restReason: null });
    expect(await readTrust(ledger, id)).toMatchObject({ doubted: null });
  });
});
