/**
 * `npm exec -- node test/power-cut/drill.ts --cuts 10 --seed 7`: power cuts under the embedded
 * ledger, as root. Exit code 1 when anything is lost that was said to be on the disk.
 */
import { parseArgs } from 'node:util';
import { whyNoImages } from '../support/disk-image.ts';
import { randomFrom } from '../support/random.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { cutPower } from './cuts.ts';

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const random = randomFrom(Number(values.seed));
const folder = makeRunFolder();
const reason = whyNoImages(folder);
if (reason) throw new Error(reason);

/** One in four while the database is being made or opened: negative, ms after the start. */
const moments = Array.from({ length: Number(values.cuts) }, (_, n) =>
  n % 4 === 0 ? -random.below(4_000) : random.below(10_000),
);
process.stdout.write(`seed ${values.seed}\n`);
const cuts = await cutPower(folder, moments);
for (const { afterMs, said, found, faults } of cuts) {
  const verdict = faults.length === 0 ? 'nothing lost' : `LOST: ${faults.join('; ')}`;
  process.stdout.write(
    `${String(afterMs).padStart(6)} ms: marked ${said.marked} (found ${found.marked}), stored ` +
      `${said.stored} (found ${found.stored}): ${verdict}\n`,
  );
}
process.exitCode = cuts.some(({ faults }) => faults.length > 0) ? 1 : 0;
