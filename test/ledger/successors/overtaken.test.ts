/**
 * A sweep has read that a family may go on, and waits. Meanwhile the late answer to the first order
 * comes: it had sold all that the family seems to lack.
 */
import { expect, test } from 'vitest';
import { openSuccessors } from '../../../src/ledger/index.ts';
import { ladderPlan } from '../../support/ladder-plan.ts';
import { numbersOf } from '../../support/ledger.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { answerTo, claim, record, settleInPart } from '../../support/sending.ts';
import { untilWaiting } from '../held-up.ts';

const EVERY_MS = 3_600_000;

describeOnPostgres('a sale that is told while a successor is being made', (given) => {
  test.each(['before', 'while'] as const)('%s: it is not asked for again', async (when) => {
    const { ledger, another } = given;
    const plan = await ladderPlan(ledger, { quantities: [10] });
    const { order: first, named } = await settleInPart(ledger, plan);
    const tell = () => record(ledger, plan, answerTo(first, 'filled', { numbers: named }));
    if (when === 'before') await tell();
    let opening: Promise<unknown> = Promise.resolve();
    let told: Promise<unknown> = Promise.resolve();
    await another().transaction(async (tx) => {
      await tx.script('lock table ledger.lines in share mode');
      opening = openSuccessors(another(), plan.account.id, EVERY_MS);
      if (when === 'while') {
        await untilWaiting(ledger, 1);
        // It waits for the sweep, which has locked the plan.
        told = tell();
        await untilWaiting(ledger, 2);
      }
    });
    await Promise.all([opening, told]);
    expect(await numbersOf(ledger, first.id, 'disputes')).toHaveLength(7);
    const sent = await claim(ledger, plan, [first.id + 1]);
    expect(sent.map(({ id, quantity }) => ({ id, quantity }))).toEqual([]);
  });
});
