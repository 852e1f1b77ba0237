import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, decodeWhole } from '../../src/vendor/answer/decode.ts';
import { readMeanings } from '../../src/vendor/answer/refusals.ts';
import { readUsualSale, USUAL_SALE } from '../../src/vendor/answer/usual-sale.ts';
import { failure, numbersFrom, SEED_ANSWER, SEED_NUMBERS, sale } from './seed-answer.ts';

const meaningOf = readMeanings();
const both = (text: string, contentType: string | null = null) =>
  [decode, decodeWhole].map((read) => read(Buffer.from(text), contentType, 25, meaningOf));

const distinctNumbers = (most: number) =>
  fc.uniqueArray(fc.integer({ min: 2_000_000_000, max: 9_999_999_999 }).map(String), {
    minLength: 1,
    maxLength: most,
  });

test("the vendor's example is a usual sale", () => {
  expect(readUsualSale(SEED_ANSWER)).toEqual({ quantity: 3, numbers: SEED_NUMBERS });
});

test('the whole decoder reads the same sale, also when the count does not fit', () => {
  fc.assert(
    fc.property(fc.stringMatching(USUAL_SALE), (text) => {
      expect(readUsualSale(text)).not.toBeNull();
      const [short, whole] = both(text);
      expect(short).toEqual(whole);
    }),
    { numRuns: 2_000 },
  );
});

test('the whole decoder reads the same numbers', () => {
  fc.assert(
    fc.property(distinctNumbers(25), (numbers) => {
      expect(readUsualSale(sale(numbers))?.numbers).toEqual(numbers);
      const [short, whole] = both(sale(numbers));
      expect(short).toEqual({ says: 'sold', numbers });
      expect(whole).toEqual(short);
    }),
  );
});

test('the whole decoder reads the same after pieces were cut, doubled or changed', () => {
  const edit = fc.record({
    from: fc.nat(1_200),
    to: fc.nat(1_200),
    text: fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        '\n',
        '>',
        '<number>',
        '2125550100',
        '</response>',
        '\u00a0',
        '\ufeff',
      ),
      fc.string({ maxLength: 3 }),
    ),
  });
  const texts = fc
    .tuple(distinctNumbers(3), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([numbers, edits]) =>
      edits.reduce((text, { from, to, text: by }) => {
        const [a, b] = [from % text.length, to % text.length];
        return text.slice(0, Math.min(a, b)) + by + text.slice(Math.max(a, b));
      }, sale(numbers)),
    );
  fc.assert(
    fc.property(texts, (text) => {
      const [short, whole] = both(text);
      expect(short).toEqual(whole);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['a refusal', failure('No numbers available')],
  ['a blank that XML does not know', SEED_ANSWER.replace('\n<result>', '\u00a0<result>')],
  ['an attribute', SEED_ANSWER.replace('<numbers>', '<numbers a="1">')],
  ['a comment', SEED_ANSWER.replace('<numbers>', '<!-- --><numbers>')],
  ['an entity', SEED_ANSWER.replace(' \n ]>', '<!ENTITY a "b">\n ]>')],
  ['something behind it', `${SEED_ANSWER}x`],
  ['something before it', `x${SEED_ANSWER}`],
  ['a quantity of none', SEED_ANSWER.replace('<quantity>3', '<quantity>0')],
  ['a number of nine digits', SEED_ANSWER.replace('5551112222', '555111222')],
  ['another word', SEED_ANSWER.replace('success', 'succes')],
])('%s is no usual sale', (_name, text) => {
  expect(readUsualSale(text)).toBeNull();
});

test.each([
  ['utf-16le', 'text/xml; charset=utf-16'],
  ['latin1', 'text/xml; charset=iso-8859-1'],
] as const)('in %s the whole decoder reads the same', (encoding, contentType) => {
  const body = Buffer.from(SEED_ANSWER, encoding);
  expect(decode(body, contentType, 25, meaningOf)).toEqual(
    decodeWhole(body, contentType, 25, meaningOf),
  );
});

// Of quadratic time each of these would take minutes.
const blanks = ' \n'.repeat(500_000);
test.each([
  ['is all blank', blanks],
  ['has a declaration and blanks', `<?xml version="1.0" encoding="UTF-8"?>${blanks}`],
  ['has blanks before its root', SEED_ANSWER.replace('<response>', `${blanks}<answer>`)],
  ['is a sale, blanks and a letter', `${sale(numbersFrom(3125550100))}${blanks}x`],
])('a text that %s is read once', (_what, text) => {
  expect(readUsualSale(text)).toBeNull();
});
