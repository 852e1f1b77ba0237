/**
 * Damaged answers: cut, changed and with pieces missing. Damage must never turn a purchase into a
 * proof of none, nor a proof of none into a purchase.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decoded, decode } from '../../src/vendor/answer/decode.ts';
import { readMeanings } from '../../src/vendor/answer/refusals.ts';
import { failure, numbersFrom, SEED_ANSWER, SEED_NUMBERS, sale } from './seed-answer.ts';

const meaningOf = readMeanings();
const read = (body: Buffer): Decoded => decode(body, null, 25, meaningOf);
const many = numbersFrom(3125550100);

const ANSWERS = [
  { name: "the vendor's example", body: SEED_ANSWER, numbers: SEED_NUMBERS },
  { name: 'a sale of 25', body: sale(many), numbers: many },
  { name: 'a sale of one', body: sale(['2125550100']), numbers: ['2125550100'] },
  { name: 'a refusal', body: failure('No numbers available'), numbers: [] },
];
const SALES = ANSWERS.filter(({ numbers }) => numbers.length > 0);
const RUNS = { seed: 20_260_901, numRuns: 2_000 };

describe.each(ANSWERS)('of $name', ({ body }) => {
  it('no beginning is a sale or a refusal', () => {
    for (let length = 0; length < body.length; length += 1) {
      expect(read(Buffer.from(body.slice(0, length))).says, `first ${length}`).toBe('unclear');
    }
    expect(read(Buffer.from(body)).says).not.toBe('unclear');
  });

  it('no end is a sale or a refusal, except behind the document type', () => {
    const root = body.indexOf('<response>');
    for (let start = root + 1; start < body.length; start += 1) {
      expect(read(Buffer.from(body.slice(start))).says, `from ${start}`).toBe('unclear');
    }
  });
});

describe.each(SALES)('in $name', ({ body, numbers }) => {
  const bytes = Buffer.from(body);

  it('a changed byte never reads as a refusal, nor as another count of numbers', () => {
    const place = fc.nat(bytes.length - 1);
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        const decoded = read(changed);
        expect(decoded.says).not.toBe('failed');
        if (decoded.says !== 'sold') return;
        // All that can pass is another digit in a number, which TLS would have noticed.
        const different = decoded.numbers.filter((number, index) => number !== numbers[index]);
        expect(decoded.numbers).toHaveLength(numbers.length);
        expect(different.length).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it.each<[string, (from: number, to: number) => Buffer[]]>([
    ['missing', (from, to) => [bytes.subarray(0, from), bytes.subarray(to)]],
    ['doubled', (from, to) => [bytes.subarray(0, to), bytes.subarray(from)]],
  ])('a %s piece never reads as a refusal, nor as other numbers', (_title, damaged) => {
    const places = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length));
    fc.assert(
      fc.property(places, ([one, other]) => {
        const pieces = damaged(Math.min(one, other), Math.max(one, other));
        const decoded = read(Buffer.concat(pieces));
        expect(decoded.says).not.toBe('failed');
        if (decoded.says === 'sold') expect(decoded.numbers).toEqual(numbers);
      }),
      RUNS,
    );
  });
});

describe('in a refusal', () => {
  const bytes = Buffer.from(failure('No numbers available in 212 555'));

  it('changed bytes never read as a sale', () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of changes) changed[at] = value;
        expect(read(changed).says).not.toBe('sold');
      }),
      RUNS,
    );
  });

  it('a change within its word leaves no refusal', () => {
    const at = bytes.indexOf('failed');
    for (let index = at; index < at + 'failed'.length; index += 1) {
      for (let value = 0; value < 256; value += 1) {
        if (value === bytes[index]) continue;
        const changed = Buffer.from(bytes);
        changed[index] = value;
        expect(read(changed).says, `${index}: ${value}`).toBe('unclear');
      }
    }
  });
});

describe('any bytes', () => {
  it('are read without a throw, and as proof of nothing', () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(bytes, fc.option(fc.string()), (body, contentType) => {
        const decoded = decode(Buffer.from(body), contentType, 25, meaningOf);
        expect(decoded.says).toBe('unclear');
      }),
      RUNS,
    );
  });
});
