import { beforeAll } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import {
  describeInModes,
  EMBEDDED,
  firstOf,
  ledgerAt,
  type Mode,
  openLedger,
  POSTGRES,
} from './storage.ts';

export type Given = {
  /** The driver's own new ledger. All tests of a file share it, each with an account of its own. */
  ledger: Ledger;
  /** Another handle on the same database, closed at the end; PGlite has only the one. */
  another(): Ledger;
};

type Tests = (given: Given) => void;

/** Of what is the same on both drivers: on PostgreSQL, and on both where `LEDGERS=both` says so. */
export const describeOnALedger = (subject: string, tests: Tests) =>
  describeOn(firstOf(POSTGRES, EMBEDDED), subject, tests);

/** Of what a driver may do otherwise. */
export const describeOnBothDrivers = (subject: string, tests: Tests) =>
  describeOn([EMBEDDED, POSTGRES], subject, tests);

/** Of what only several handles at once can do. */
export const describeOnPostgres = (subject: string, tests: Tests) =>
  describeOn([POSTGRES], subject, tests);

/** `given` is filled before the first test. */

function describeOn(modes: Mode[], subject: string, tests: Tests): void {
  describeInModes(modes, subject, ({ makeStorage }) => {
    const given = {} as Given;
    beforeAll(async () => {
      const storage = await makeStorage();
      const ledger = await openLedger(storage);
      const { databaseUrl } = storage;
      const another = () => (databaseUrl ? ledgerAt(databaseUrl) : ledger);
      Object.assign(given, { ledger, another });
    });
    tests(given);
  });
}
