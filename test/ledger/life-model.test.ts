import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditLedger } from '../../src/ledger/index.ts';
import { linesOf, newPlan } from '../support/ledger.ts';
import { describeOnBothDrivers } from '../support/ledger-drivers.ts';
import {
  answer,
  claimOrder,
  die,
  type Model,
  met,
  passDeadlines,
  retry,
  send,
  settle,
  steer,
  steerAccount,
  sweep,
} from './life-model.ts';

const place = fc.nat({ max: 11 });
const often = <T>(times: number, arbitrary: T): T[] =>
  Array.from({ length: times }, () => arbitrary);
const COMMANDS = [
  ...often(8, place.map(claimOrder)),
  ...often(
    6,
    fc.tuple(place, fc.constantFrom(0, 0.5, 1)).map((picks) => send(...picks)),
  ),
  ...often(
    6,
    fc
      .tuple(place, fc.nat({ max: 9 }), place)
      .map(([n, clear, kind]) => answer(n, clear > 1, kind)),
  ),
  place.map(die),
  ...often(3, place.map(settle)),
  ...often(3, fc.constant(passDeadlines())),
  ...often(2, fc.constant(sweep())),
  fc.constant(retry()),
  fc.constantFrom('start', 'pause', 'cancel').map(steer),
  ...often(2, fc.constant(steer('resume'))),
  fc.nat({ max: 3 }).map((n) => steerAccount(n === 0)),
];

/** PGlite takes six times as long for a run, and both understand the same statements. */
const RUNS = { embedded: 15, postgres: 105 };

describeOnBothDrivers('no sequence of claims, answers, crashes, settlings and wishes', (given) => {
  test('breaks a law, or leaves the model', { timeout: 240_000 }, async () => {
    const property = fc.asyncProperty(
      fc.commands(COMMANDS, { maxCommands: 60, size: 'max' }),
      async (commands) => {
        const plan = await newPlan(given.ledger, { lines: linesOf(4, 30, 10) });
        const quantities = [4, 25, 5, 10];
        const model: Model = {
          orders: new Map(
            plan.orders.map((id, n) => [
              id,
              { quantity: quantities[n]!, state: 'waiting', attempts: 0, numbers: [] },
            ]),
          ),
          flights: [],
          plan: 'running',
          isAccountPaused: false,
        };
        await fc.asyncModelRun(() => ({ model, real: { ledger: given.ledger, plan } }), commands);
        const audit = await auditLedger(given.ledger, plan.id);
        expect(audit.flatMap(({ breaches }) => breaches)).toEqual([]);
      },
    );
    const { kind } = given.ledger;
    await fc.assert(property, { numRuns: RUNS[kind] });
    if (kind === 'embedded') return;
    const everywhere = ['filled', 'short', 'unknown', 'late not_sent', 'too late', 'settled'];
    expect([...met]).toEqual(expect.arrayContaining(everywhere));
  });
});
