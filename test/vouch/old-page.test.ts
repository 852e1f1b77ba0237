import { expect, test } from 'vitest';
import { changeAccount, findAccount } from '../../src/ledger/index.ts';
import { passTime, sql } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { claim } from '../support/sending.ts';
import { moveOn, openVouching } from './vouching.ts';

describeOnALedger('a person who resumes by what an old page has shown', (given) => {
  test('does not vouch for a database that was put back once more since', async () => {
    const { ledger } = given;
    const { plan, vouch, pass } = await openVouching(ledger, { look: null });
    const { name, id } = plan.account;
    const leftToPerson = async () => {
      await moveOn(ledger);
      await vouch();
      await passTime(ledger, plan.account, 91_000);
      pass(91_000);
      await vouch();
      return (await findAccount(ledger, name)).pauseId!;
    };
    const pauseId = await leftToPerson();
    // The older copy does not know of that pause.
    await sql(ledger, 'update ledger.accounts set pauses = 0, paused_reason = null where id = $1', [
      id,
    ]);
    const newer = await leftToPerson();
    expect(newer.split('-')[0]).toBe(pauseId.split('-')[0]);
    const resume = (shown: string) =>
      changeAccount(ledger, name, { resume: { pauseId: shown } }, { who: 'Ada' });
    await expect(resume(pauseId)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await claim(ledger, plan)).toEqual([]);
    await resume(newer);
    expect(await claim(ledger, plan)).toHaveLength(1);
  });
});
