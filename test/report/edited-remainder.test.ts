import { expect, test } from 'vitest';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line } from '../support/plans.ts';
import { filled, refused } from './reported-plan.ts';

describeOnALedger('a remainder', (given) => {
  const submit = async (...seen: Parameters<typeof given.lookAt>) =>
    (await (await given.lookAt(...seen)).store()).id;

  /** Of six lines, each short of 15 of 40 numbers; its rows below the header, as a person edits. */
  const edited = async () => {
    const codes = ['212', '312', '404', '617', '702', '818'];
    const lines = codes.map((areaCode, at) =>
      line({ line: at + 2, areaCode, quantity: 40, extra: ['Ann'] }),
    );
    const plan = await given.planWith(lines, ['Client']);
    await given.decide(
      plan,
      codes.flatMap(() => [filled, refused]),
    );
    const [header, ...rows] = (await given.textOf(plan, 'remainder.csv')).trim().split('\r\n');
    const save = (as: string[], more = '') => [`${header}${more}`, ...as, ''].join('\r\n');
    return { plan, rows, save };
  };

  test('that a person edited is refused, or bars its plan with --again', async () => {
    const { plan, rows, save } = await edited();
    const [lowered, noted, ...rest] = rows.slice(1) as [string, string, ...string[]];
    const text = save(
      [lowered.replace(',15,', ',10,'), `${noted},call first`, ...rest.map((row) => `${row},`)],
      ',remark',
    );
    await expect(submit(plan, text, 'mine.csv')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(
        `Most lines of this file are those of a remainder of plan ${plan.id} `,
      ),
    });
    const id = await submit(plan, text, 'mine.csv', true);
    expect((await given.planEvents(id))[0]?.detail).toEqual({ remainderOf: [plan.id] });
    await expect(given.retryPlan(plan.id, { who: 'Ada' })).rejects.toMatchObject({
      message: expect.stringContaining(`Plan ${id} (mine.csv) was submitted from`),
    });
  });

  test('shares half of its lines, or one, with plans that have nothing to do with it', async () => {
    const { plan, rows, save } = await edited();
    const half = [...rows.slice(0, 3), ...rows.slice(3).map((row) => row.replace(',15,', ',9,'))];
    for (const lines of [half, rows.slice(0, 1), rows.map((row) => row.replace('Ann', 'Bob'))]) {
      const id = await submit(plan, save(lines), 'other.csv');
      expect((await given.planEvents(id))[0]?.detail).toEqual({});
    }
    const elsewhere = { ...plan, account: await given.newAccount() };
    await submit(elsewhere, save(rows.slice(1)), 'other.csv');
    expect(await given.retryPlan(plan.id, { who: 'Ada' })).toBe(6);
  });
});
