/** How long a line is tried, when the clock of the database was wrong at its plan's start. */
import { afterEach, expect, test } from 'vitest';
import { describeOnALedger } from '../../support/ledger-drivers.ts';

const DAY_MS = 86_400_000;

describeOnALedger('a line of a plan that was started by a wrong clock', (given) => {
  afterEach(() => given.setClock('0'));

  /** It lacks ten numbers, and the clock is right by now. */
  const startedAt = async (offset: string, keepTrying: string) => {
    await given.setClock(offset);
    const plan = await given.ladderPlan({ steps: [], keepTrying, quantities: [10] });
    await given.setClock('0');
    await given.sellEach(plan, 0);
    return plan;
  };

  test.each([
    ['3d', 3 * DAY_MS],
    ['72h', 3 * DAY_MS],
  ])('is tried for %s of watched time at most', async (keepTrying, ms) => {
    const plan = await startedAt('300 days', keepTrying);
    await given.passTime(plan.account, ms - 1);
    await given.makeDue(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({ pending: 10 });
    await given.passTime(plan.account, 1);
    expect(await given.sendWaiting(plan)).toEqual([]);
    await given.makeDue(plan);
    // One sweep withdraws the try, and the next one sees what is lacking.
    await given.goOn(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({
      ...{ state: 'finished', short: 10, pending: 0 },
    });
  });

  test('is tried no longer than the clock says, though no time was watched', async () => {
    const plan = await startedAt('-2 days', '3d');
    await given.setClock('1 day');
    await given.makeDue(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished', short: 10 });
  });

  test('waits for no try once watched time is over', async () => {
    const plan = await startedAt('300 days', '3d');
    expect(await given.findPlan(plan.id)).toMatchObject({ standing: { lines: 1 } });
    await given.passTime(plan.account, 3 * DAY_MS);
    await given.goOn(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({ standing: null });
  });

  test('that names a day is tried until that day, whatever time was watched', async () => {
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
    const plan = await startedAt('300 days', `until ${tomorrow}`);
    await given.passTime(plan.account, 300 * DAY_MS);
    await given.makeDue(plan);
    expect(await given.sendWaiting(plan)).toHaveLength(1);
  });
});
