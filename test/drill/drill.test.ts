import { expect, inject, test } from 'vitest';
import { makeRunFolder } from '../support/run-folder.ts';
import { describeWith } from '../support/servers.ts';
import { soak } from './soak.ts';

/**
 * A seed whose first schedules have eleven kinds of faults between them; the first is put back its
 * ledger in mid-run, when Redis remembers what was sent. Without that, it would wait a minute for
 * the vendor's list.
 */
const SEED = 14414;

describeWith(['private postgres', 'private redis'], 'random disasters, three at a time', () => {
  test('make nothing be bought twice, and nothing be lost', async () => {
    const numbers = [0, 1, 2];
    const said: string[] = [];
    const figures = await soak({
      seed: SEED,
      next: () => numbers.shift(),
      lanes: numbers.length,
      folder: makeRunFolder(inject('runFolder')),
      say: (line) => said.push(line),
      isShort: true,
    });
    expect(figures, said.join('\n')).toMatchObject({ breaches: 0, boughtTwice: 0, lost: 0 });
    // Without disaster and without goods that would prove little.
    expect(figures.schedules).toBe(3);
    expect(figures.recorded).toBeGreaterThan(100);
    expect(figures.kills).toBeGreaterThan(0);
    expect(Object.keys(figures.faults).length).toBeGreaterThan(4);
  });
});
