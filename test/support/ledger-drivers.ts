import { beforeAll, describe } from 'vitest';
import { type Ledger, migrate, openEmbedded, openPostgres } from '../../src/ledger/index.ts';
import { atEnd } from './clean-up.ts';
import { describeWithPostgres, freshDatabase } from './servers.ts';
import { embeddedFolder } from './temporary-folder.ts';

export type Given = {
  /** The driver's own new ledger. All tests of a file share it, each with an account of its own. */
  ledger: Ledger;
  /** Another handle on the same database, closed at the end; PGlite has only the one. */
  another(): Ledger;
};

/** The same tests on both drivers of the ledger. `given` is filled before the first test. */
export function describeOnBothDrivers(subject: string, tests: (given: Given) => void): void {
  describe(`${subject}, in PGlite`, () => withLedger(embeddedLedger, tests));
  describeOnPostgres(subject, tests);
}

export function describeOnPostgres(subject: string, tests: (given: Given) => void): void {
  describeWithPostgres(`${subject}, in PostgreSQL`, () => withLedger(postgresLedger, tests));
}

function withLedger(open: () => Promise<Given>, tests: (given: Given) => void): void {
  const given = {} as Given;
  beforeAll(async () => {
    Object.assign(given, await open());
    await migrate(given.ledger);
  });
  tests(given);
}

async function embeddedLedger(): Promise<Given> {
  const ledger = await openEmbedded(embeddedFolder(), 'test');
  atEnd(() => ledger.close());
  return { ledger, another: () => ledger };
}

async function postgresLedger(): Promise<Given> {
  const { url } = await freshDatabase();
  const another = () => {
    const ledger = openPostgres(url);
    atEnd(() => ledger.close());
    return ledger;
  };
  return { ledger: another(), another };
}
