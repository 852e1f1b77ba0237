import { expect, it } from 'vitest';
import { type ListFault, openSandbox } from '../../src/sandbox/index.ts';
import { buy, listed } from './asking.ts';

/** The true and the false list: 20 numbers sold before the fault began, 20 after. */
async function listsUnder(fault: ListFault | null): Promise<{ truth: string[]; said: string[] }> {
  await using sandbox = await openSandbox({ seed: 3 });
  await buy(sandbox, { search: '212', quantity: 20 });
  sandbox.setListFault(fault);
  // The next sale has a later millisecond.
  const from = Date.now();
  while (Date.now() === from);
  await buy(sandbox, { search: '213', quantity: 20 });
  const said = await listed(sandbox);
  sandbox.setListFault(null);
  return { truth: await listed(sandbox), said };
}

it('is true without a fault', async () => {
  const { truth, said } = await listsUnder(null);
  expect(truth).toHaveLength(40);
  expect(said).toEqual(truth);
});

it.each<[ListFault, string, (truth: string[]) => unknown[]]>([
  ['capped', 'lacks the newest half', (truth) => truth.slice(0, 20)],
  ['shrunk', 'has one in ten', (truth) => [truth[0], truth[10], truth[20], truth[30]]],
  ['stale', 'is what it was when the fault began', (truth) => truth.slice(0, 20)],
  ['empty', 'has nothing', () => []],
])('%s %s', async (fault, _title, expected) => {
  const { truth, said } = await listsUnder(fault);
  expect(said).toEqual(expected(truth));
});

it('reordered has the same in another order', async () => {
  const { truth, said } = await listsUnder('reordered');
  expect(said.toSorted()).toEqual(truth.toSorted());
  expect(said).not.toEqual(truth);
  expect(said).not.toEqual(truth.toReversed());
});

it('strangers has numbers besides that were never sold, the same each time', async () => {
  const { truth, said } = await listsUnder('strangers');
  expect(said.slice(0, 40)).toEqual(truth);
  const strangers = [0, 10, 20, 30].map((index) => `989${truth[index]!.slice(3)}`);
  expect(said.slice(40)).toEqual(strangers);
});
