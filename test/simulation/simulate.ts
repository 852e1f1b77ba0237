import { openDatabase } from './database.ts';
import { play } from './run.ts';

const database = await openDatabase();
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 5);
for (let seed = from; seed < from + n; seed++) {
  const a = performance.now();
  const run = await play(database, seed);
  console.log(
    seed,
    run.breaches,
    run.lifetimes,
    (run.passed / 1000).toFixed(0) + ' s',
    run.fingerprint,
    run.faults.join(', '),
    (performance.now() - a).toFixed(0) + ' ms',
  );
  if (process.argv[4]) console.log(run.trace.join('\n'));
}
await database.close();
