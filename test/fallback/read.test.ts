import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostTollFree, readFallback } from '../../src/fallback/index.ts';
import { anyCharacter } from '../support/any-character.ts';

test.each([
  ['overlay', 'overlay'],
  ['Overlay  NEARBY:25', 'overlay nearby:25'],
  ['overlay>nearby:25;state,to:332+646|tollfree', 'overlay nearby:25 state to:332+646 tollfree'],
  [' ;overlay >,> state | ', 'overlay state'],
  ['overlay\u00a0state\ttollfree', 'overlay state tollfree'],
  ['nearby : 25 + cross : 10', 'nearby:25+cross:10'],
  ['To: 332 + 646 :7', 'to:332+646:7'],
  ['nearby:007:010', 'nearby:7:10'],
  ['nearby:25 nearby:50 nearby:25+cross', 'nearby:25 nearby:50 nearby:25+cross'],
  ['overlay:1 state:100000', 'overlay:1 state:100000'],
  ['nearby:1 nearby:500', 'nearby:1 nearby:500'],
])('%j reads as %j', (cell, text) => {
  expect(readFallback(cell)).toBe(text);
});

describe('refused is', () => {
  test.each([
    ['an unknown rung', 'city', 'has an unknown rung "city"'],
    ['another separator', 'overlay/state', 'has an unknown rung "overlay/state"'],
    ['an arrow', 'overlay -> state', 'has an unknown rung "-"'],
    ['an emoji', '😀', 'has an unknown rung'],
    ['a control character', 'overlay\u001b[2J', 'has an unknown rung'],
    ['separators alone', '>;,|', 'names no rung'],
    ['nearby without miles', 'nearby', 'has no valid miles in the rung "nearby"'],
    ['miles in words', 'nearby:abc', 'has no valid miles in the rung "nearby:abc"'],
    ['0 miles', 'nearby:0', 'has no valid miles'],
    ['too many miles', 'nearby:501', 'has no valid miles'],
    ['parts of a mile', 'nearby:2.5', 'has no valid miles'],
    ['another word behind the miles', 'nearby:25+far', 'has no valid miles'],
    ['to without area codes', 'to:', 'has no list of area codes in the rung "to:"'],
    ['to alone', 'to', 'has no list of area codes in the rung "to"'],
    ['an area code that none can be', 'to:132', 'has no list of area codes'],
    ['an exchange', 'to:332555', 'has no list of area codes'],
    ['a blank area code', 'to:332++646', 'has no list of area codes'],
    ['an area code twice', 'to:332+646+332', 'names 332 twice in the rung "to:332+646+332"'],
    ['a cap below 0', 'overlay:-1', 'has no valid cap in the rung "overlay:-1"'],
    ['a blank cap', 'overlay:', 'has no valid cap in the rung "overlay:"'],
    ['a cap that is too large', 'tollfree:100001', 'has no valid cap'],
    ['a negative cap', 'state:-1', 'has no valid cap'],
    ['two caps', 'nearby:25:10:10', 'has no valid cap'],
    ['a rung twice', 'overlay state overlay:5', 'names the rung overlay twice'],
    ['10 kB', 'overlay '.repeat(1280), 'is longer than 2,000 characters'],
    ['10 kB of blanks', `overlay${' '.repeat(10_000)}:5`, 'is longer than 2,000 characters'],
  ])('%s', (_what, cell, because) => {
    const found = readFallback(cell);
    expect(found).toMatchObject({ because: expect.stringContaining(because) });
    expect(found).toMatchObject({ advice: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  test.each([
    ['646', '"646"', 'Write to:646 for numbers there.'],
    ['overlay 332+646', '"332+646"', 'Write to:332+646 for numbers there.'],
    ['toll free', '"toll"', 'Write tollfree.'],
    ['state > toll-free:5', '"toll-free:5"', 'Write tollfree:5.'],
    ['Overlays', '"overlays"', 'Write overlay.'],
    ['near:25', '"near:25"', 'Write nearby:25.'],
    ['city', '"city"', expect.stringMatching(/^The rungs are overlay, /)],
  ])('%j, with what is meant', (cell, rung, advice) => {
    const because = `has an unknown rung ${rung}`;
    expect(readFallback(cell)).toMatchObject({ because, advice });
  });

  test('a word that cannot be printed, without repeating it', () => {
    expect(JSON.stringify(readFallback('overlay\u001b[2J'))).not.toContain('\\u001b');
    expect(JSON.stringify(readFallback('x'.repeat(1_999))).length).toBeLessThan(500);
  });
});

const rung = fc.oneof(
  fc.constantFrom('overlay', 'state', 'tollfree', 'to:332', 'to:332+646'),
  fc.nat({ max: 501 }).map((miles) => `nearby:${miles}`),
  fc.nat({ max: 501 }).map((miles) => `Nearby:${miles}+CROSS`),
);
const capped = fc
  .tuple(rung, fc.option(fc.nat({ max: 100_001 })))
  .map(([name, cap]) => (cap === null ? name : `${name}:${cap}`));

test('what is read is written so that it reads the same', () => {
  const cells = fc.tuple(fc.array(capped), fc.constantFrom(' ', '>', ' ; ', ',', '|', '>>'));
  fc.assert(
    fc.property(cells, ([rungs, separator]) => {
      const text = readFallback(rungs.join(separator));
      if (typeof text === 'string') expect(readFallback(text)).toBe(text);
    }),
  );
});

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (cell) => {
      const found = readFallback(cell);
      expect(typeof found === 'string' || found.because.length > 0).toBe(true);
    }),
  );
});

test.each([
  ['overlay', 40, 0],
  ['tollfree', 40, 40],
  ['overlay nearby:25 tollfree:5', 40, 5],
  ['tollfree:50', 40, 40],
])('%s lets a line of %i buy at most %i toll-free', (fallback, quantity, most) => {
  expect(mostTollFree(fallback, quantity)).toBe(most);
});
