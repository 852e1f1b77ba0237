import { expect, it } from 'vitest';
import { type ListFault, openSandbox } from '../../src/sandbox/index.ts';
import { ask, buy, failedAnswer, listed, order } from './asking.ts';

const LIST = { action: 'routing.numbers' };

it('lists what was owned and what was sold, as XML when nothing else is asked', async () => {
  await using sandbox = await openSandbox({ owned: ['2125550001'] });
  const [sold] = await buy(sandbox, { search: '212' });
  const { headers, body } = await ask(sandbox, LIST);
  expect(headers['content-type']).toBe('text/xml; charset=utf-8');
  expect(body).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<data>
<record><phone_label>Owned before</phone_label><phone_number>2125550001</phone_number></record>
<record><phone_label>Unassigned</phone_label><phone_number>${sold}</phone_number></record>
</data>`);
  expect((await ask(sandbox, { ...LIST, format: 'xml' })).body).toBe(body);
});

it('lists what was sold without an answer, and a number that was sold twice once', async () => {
  await using sandbox = await openSandbox();
  const [number] = await buy(sandbox, { search: '212' });
  sandbox.next('cut_after');
  await order(sandbox, { search: '212' });
  sandbox.next('sold_twice', { search: '213' });
  expect(await buy(sandbox, { search: '213' })).toEqual([sandbox.books().requests[1]!.sold[0]]);
  expect(await listed(sandbox)).toEqual([number, sandbox.books().requests[1]!.sold[0]]);
});

it('shows a number only after its lag', async () => {
  let now = 0;
  await using sandbox = await openSandbox({
    listLagMs: 5_000,
    now: () => now,
    owned: ['2125550001'],
  });
  const [first] = await buy(sandbox, { search: '212' });
  now = 4_999;
  const [second] = await buy(sandbox, { search: '212' });
  expect(await listed(sandbox)).toEqual(['2125550001']);
  now = 5_000;
  expect(await listed(sandbox)).toEqual(['2125550001', first]);
  now = 9_999;
  expect(await listed(sandbox)).toEqual(['2125550001', first, second]);
});

it('may answer late, and shows what was so at the request', async () => {
  const asked = Promise.withResolvers<void>();
  let now = 0;
  await using sandbox = await openSandbox({
    latencyMs: 500,
    now: () => {
      asked.resolve();
      return now++;
    },
  });
  const from = performance.now();
  const slow = listed(sandbox);
  await asked.promise;
  const [number] = await buy(sandbox, { search: '212' });
  expect(await slow).toEqual([]);
  // Timers may be a little early.
  expect(performance.now() - from).toBeGreaterThan(450);
  expect(await listed(sandbox)).toEqual([number]);
});

it('answers wrong keys and unknown formats with a failed envelope', async () => {
  await using sandbox = await openSandbox({ accessKey: 'k', secretAccessKey: 's' });
  const keys = { access_key: 'k', secret_access_key: 's' };
  expect((await ask(sandbox, LIST)).body).toBe(failedAnswer('Invalid access key'));
  const { body } = await ask(sandbox, { ...LIST, ...keys, format: 'json' });
  expect(body).toBe(failedAnswer('format must be xml'));
});

it('lists a hundred thousand numbers whole', async () => {
  const owned = Array.from({ length: 100_000 }, (_, i) => String(2122000000 + i));
  await using sandbox = await openSandbox({ owned });
  expect(await listed(sandbox)).toEqual(owned);
});

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
