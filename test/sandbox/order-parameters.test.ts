import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { readOrder, readOutline } from '../../src/sandbox/order-parameters.ts';
import { ask } from './asking.ts';

const GOOD = 'type=local&search=212&quantity=3&fill_quantity=0';

function read(query: string) {
  return readOrder(new URLSearchParams(query));
}

describe('what is refused', () => {
  const search = 'search must be an area code of 3 digits or an NPA-NXX of 6 digits';
  const type = 'type must be one of local, tollfree, true800, canadian_local';
  const quantity = 'quantity must be a whole number from 0 to 25';
  it.each([
    ['search=212&quantity=3&fill_quantity=0', type],
    [`${GOOD}&type=LOCAL`, type],
    [`${GOOD}&search=`, search],
    [`${GOOD}&search=21`, search],
    [`${GOOD}&search=2125`, search],
    [`${GOOD}&search=2125551`, search],
    [`${GOOD}&search=21a`, search],
    [`${GOOD}&search=844`, 'search does not support toll free numbers'],
    [`${GOOD}&search=800555`, 'search does not support toll free numbers'],
    [`${GOOD}&type=tollfree`, 'search is not supported for type tollfree'],
    [`${GOOD}&type=true800`, 'search is not supported for type true800'],
    [`${GOOD}&quantity=26`, quantity],
    [`${GOOD}&quantity=-1`, quantity],
    [`${GOOD}&quantity=2.5`, quantity],
    [`${GOOD}&quantity=1e1`, quantity],
    ['type=local&search=212&quantity=3', 'fill_quantity is required: 0 or 1'],
    [`${GOOD}&fill_quantity=2`, 'fill_quantity must be 0 or 1'],
    [`${GOOD}&cleansed_only=yes`, 'cleansed_only must be 0 or 1'],
    [`${GOOD}&sms_supported=true`, 'sms_supported must be 0 or 1'],
    [`${GOOD}&order_slot=01`, 'order_slot must be 0 or 1'],
    [`${GOOD}&allow_overlay=2`, 'allow_overlay must be 0 or 1'],
    [`${GOOD}&distance=-5`, 'distance must be a number of miles'],
    [`${GOOD}&distance=far`, 'distance must be a number of miles'],
    [`${GOOD}&allow_overlay=1`, 'allow_overlay is only supported for NPA-NXX searches'],
    [
      `${GOOD}&search=212555&allow_overlay=1&cleansed_only=1`,
      'allow_overlay is not supported for cleansed_only requests',
    ],
  ])('%s', (query, sentence) => {
    expect(read(query)).toBe(sentence);
  });
});

describe('what is understood', () => {
  it.each([
    [GOOD, { type: 'local', search: '212', quantity: 3, fillQuantity: false, distance: 0 }],
    [`${GOOD}&quantity=`, { quantity: 10 }],
    ['type=local&search=212&fill_quantity=1', { quantity: 10, fillQuantity: true }],
    [`${GOOD}&quantity=0`, { quantity: 0 }],
    [`${GOOD}&quantity=25`, { quantity: 25 }],
    [`${GOOD}&type=canadian_local&search=416555`, { type: 'canadian_local', search: '416555' }],
    ['type=tollfree&quantity=2&fill_quantity=0&search=', { search: 'tollfree' }],
    ['type=true800&quantity=2&fill_quantity=0', { search: 'true800' }],
    [`${GOOD}&distance=12.5&cleansed_only=1`, { distance: 12.5, cleansedOnly: true }],
    [`${GOOD}&search=212555&allow_overlay=1&cleansed_only=0`, { allowOverlay: true }],
    [`${GOOD}&sms_supported=1&order_slot=1&shoe_size=42`, { smsSupported: true }],
    [`${GOOD}&search=213`, { search: '213' }],
  ])('%s', (query, expected) => {
    expect(read(query)).toMatchObject(expected);
  });
});

it('outlines a request that was not understood by values of the expected shape only', () => {
  const outline = readOutline(new URLSearchParams('type=secret&search=secret&quantity=secret'));
  expect(outline).toEqual({ type: '', search: '', quantity: null });
});

it('sells nothing to an order that it does not understand', async () => {
  await using sandbox = await openSandbox();
  const wrong = { action: 'numbers.order', type: 'local', search: '212', quantity: 26 };
  expect((await ask(sandbox, { ...wrong, fill_quantity: 0 })).body).toContain('from 0 to 25');
  expect(sandbox.books()).toMatchObject({
    sold: 0,
    requests: [{ search: '212', type: 'local', quantity: null, fault: 'ok', sold: [] }],
  });
});
