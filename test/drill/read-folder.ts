/**
 * Says in JSON what the embedded ledger in the folder holds that it is given; nobody else may hold
 * it.
 */
import { migrate, openEmbedded } from '../../src/ledger/index.ts';
import { readLedger } from '../support/books/facts.ts';

const ledger = await openEmbedded(process.argv[2] ?? '', 'drill');
await migrate(ledger);
process.stdout.write(JSON.stringify(await readLedger(ledger)));
await ledger.close();
