/** A quote that was left open makes one cell of several rows. */
import { describe, expect, test } from 'vitest';
import { asked } from './plan-file.ts';

describe('a cell that holds what looks like rows of the plan must be answered:', () => {
  test.each([
    ['to the right', 'area_code,quantity,note\n212,10,"New York\n312,5,Chicago"\n415,5,SF\n'],
    ['to the left', 'note,area_code,quantity\n"New York,212,10\nChicago",312,5\nSF,415,5\n'],
    ['with other separators', 'area_code;quantity;note\n212;10;"NY, NY\n312;5;Chicago"\n'],
    ['of a toll-free line', 'type,quantity,note\ntollfree,10,"Help\ntollfree,5,Sales"\n'],
    ['with cells like ours', 'area_code,quantity,note\n212,10,"NY\n(312),5.0,Chicago"\n'],
  ])('%s', async (_, content) => {
    expect(await asked(content)).toEqual([
      expect.stringMatching(/^note holds .* that looks like a row of this plan: .*never closed/),
    ]);
  });

  test.each([
    ['an address', 'area_code,quantity,note\n212,10,"5 Main St\nNew York, NY"\n'],
    ['other numbers', 'area_code,quantity,note\n212,10,"Main, 5\n10001, NY"\n'],
    ['a shorter line', 'area_code,quantity,city,note\n212,10,NY,"a\n312,5"\n'],
  ])('not %s', async (_, content) => expect(await asked(content)).toEqual([]));
});
