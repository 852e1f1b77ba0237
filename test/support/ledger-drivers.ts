import { beforeAll } from 'vitest';
import { atEnd } from './clean-up.ts';
import { type OnLedger, onLedger } from './on-ledger.ts';
import {
  describeInModes,
  EMBEDDED,
  firstOf,
  ledgerAt,
  type Mode,
  openLedger,
  POSTGRES,
  type Storage,
} from './storage.ts';

/** The driver's own new ledger. All tests of a file share it, each with an account of its own. */
export type Given = OnLedger & {
  /** Another handle on the same database, closed at the end; PGlite has only the one. */
  another(): OnLedger['ledger'];
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
  describeInModes(modes, subject, ({ mode, makeStorage }) => {
    const given = {} as Given;
    beforeAll(async () => {
      opened[mode] ??= open(makeStorage);
      Object.assign(given, await opened[mode]);
    });
    tests(given);
  });
}

/** Those of the file, by their drivers. */
const opened: Record<string, Promise<Given>> = {};

async function open(makeStorage: () => Promise<Storage>): Promise<Given> {
  atEnd(() => {
    for (const mode in opened) delete opened[mode];
  });
  const storage = await makeStorage();
  const ledger = await openLedger(storage);
  const { databaseUrl } = storage;
  const another = () => (databaseUrl ? ledgerAt(databaseUrl) : ledger);
  return { ...onLedger(ledger), another };
}
