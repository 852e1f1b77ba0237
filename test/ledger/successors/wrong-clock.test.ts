/** How long a line is tried, when the clock of the database was wrong at its plan's start. */
import { afterEach, expect, test } from 'vitest';
import { findPlan } from '../../../src/ledger/index.ts';
import { goOn, ladderPlan, makeDue, sellEach, sendWaiting } from '../../support/ladder-plan.ts';
import { passTime, setClock } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';

const DAY_MS = 86_400_000;

describeOnALedger('a line of a plan that was started by a wrong clock', (given) => {
  afterEach(() => setClock(given.ledger, '0'));

  /** It lacks ten numbers, and the clock is right by now. */
  const startedAt = async (offset: string, keepTrying: string) => {
    await setClock(given.ledger, offset);
    const plan = await ladderPlan(given.ledger, { steps: [], keepTrying, quantities: [10] });
    await setClock(given.ledger, '0');
    await sellEach(given.ledger, plan, 0);
    return plan;
  };

  test.each([
    ['3d', 3 * DAY_MS],
    ['72h', 3 * DAY_MS],
  ])('is tried for %s of watched time at most', async (keepTrying, ms) => {
    const plan = await startedAt('300 days', keepTrying);
    await passTime(given.ledger, plan.account, ms - 1);
    await makeDue(given.ledger, plan);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ pending: 10 });
    await passTime(given.ledger, plan.account, 1);
    expect(await sendWaiting(given.ledger, plan)).toEqual([]);
    await makeDue(given.ledger, plan);
    // One sweep withdraws the try, and the next one sees what is lacking.
    await goOn(given.ledger, plan);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({
      ...{ state: 'finished', short: 10, pending: 0 },
    });
  });

  test('is tried no longer than the clock says, though no time was watched', async () => {
    const plan = await startedAt('-2 days', '3d');
    await setClock(given.ledger, '1 day');
    await makeDue(given.ledger, plan);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'finished', short: 10 });
  });

  test('waits for no try once watched time is over', async () => {
    const plan = await startedAt('300 days', '3d');
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ standing: { lines: 1 } });
    await passTime(given.ledger, plan.account, 3 * DAY_MS);
    await goOn(given.ledger, plan);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ standing: null });
  });

  test('that names a day is tried until that day, whatever time was watched', async () => {
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
    const plan = await startedAt('300 days', `until ${tomorrow}`);
    await passTime(given.ledger, plan.account, 300 * DAY_MS);
    await makeDue(given.ledger, plan);
    expect(await sendWaiting(given.ledger, plan)).toHaveLength(1);
  });
});
