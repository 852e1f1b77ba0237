import { expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
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
