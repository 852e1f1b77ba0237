import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedNumbers, namesPhoneNumber } from '../../src/vendor/answer/phone-numbers.ts';
import { numbersFrom, SEED_ANSWER, SEED_NUMBERS, sale } from './seed-answer.ts';

describe('a text names a phone number', () => {
  it.each([
    ...['2125550100', '12125550100', '+12125550100', '0012125550100', '212-555-0100'],
    ...['(212) 555-0100', '(212)555.0100', '+1 (212) 555 0100', '1.212.555.0100', '212 5550100'],
    ...['212/555-0100', '212_555_0100', '212·555·0100', '212,555,0100', '[212]*555*0100'],
    ...['212:555:0100', '212‑555–0100', '２１２５５５０１００', '212\u00ad555\u200b0100'],
    ...['212&#45;555&nbsp;0100', '&#50;125550100', '&#x32;125550100', '212\\u002d555-0100'],
    ...['tel=%2B12125550100', '(212)\n   555\n   -0100', '<b>212</b>-555-0100'],
    ...['21<b>2</b>555<i>01</i>00', '<td>212</td><td>555</td><td>0100</td>'],
    ...['<number>2125550100</number><number>2125550101</number>', '{"numbers":["2125550100"]}'],
    ...['{"numbers":[2125550100]}', 'number2125550100x', 'call 1-800-555-1234 for support'],
    ...['5551112222'],
  ])('%s', (text) => {
    expect(namesPhoneNumber(text)).toBe(true);
    expect(namesPhoneNumber(`No: ${text}.`)).toBe(true);
  });
});

describe('a text names none', () => {
  it.each([
    ...['No numbers available for 212', 'Invalid area code 212555', 'Invalid area code 212-555'],
    ...['25 numbers in 212 555', '555-0100', '1125550100', '0125550100', '21255501001'],
    ...['1700000000', '1700000000123', '12345678901234567', '2024-05-01 12:30:45', '203.0.113.195'],
    ...['Ray ID: 8f2345678901c1d2', '65f1c2a4-2345-4b7e-9c1d-ab2345678901'],
    ...['Reference #18.2f1c2117.1700000000.5a3b2c1d'],
  ])('%s', (text) => expect(namesPhoneNumber(text)).toBe(false));
});

it('a long text is searched fast', () => {
  const long = ['212', '212 ', '(', '<', '<!--', '<number>', 'a1', '&#50;', '<number '].map(
    (piece) => piece.repeat(65_000 / piece.length),
  );
  const at = performance.now();
  for (const text of long) namesPhoneNumber(text);
  for (const text of long) namedNumbers(text);
  // Quadratic would be minutes.
  expect(performance.now() - at).toBeLessThan(5_000);
});

describe('the numbers that an answer names', () => {
  it("are those of the vendor's example", () => {
    expect(namedNumbers(SEED_ANSWER)).toEqual(SEED_NUMBERS);
  });

  it('of an answer that is cut anywhere are the complete ones, in order', () => {
    const numbers = numbersFrom(3125550100);
    for (const body of [sale(numbers), sale(numbers).replace(/<(\/?)number>/g, '<$1NUMBER >\n')]) {
      for (let length = 0; length <= body.length; length += 1) {
        const named = namedNumbers(body.slice(0, length));
        expect(named).toEqual(numbers.slice(0, named.length));
        const begun = body.slice(0, length).split(/\d{10}\s*<\//).length - 1;
        expect(named).toHaveLength(begun);
      }
    }
  });

  it('are bare, in whatever form the answer has them', () => {
    const written = ['+12125550100', '(212) 555-0101', '<![CDATA[2125550102]]>', ' 212.555.0103\n'];
    const numbers = ['2125550100', '2125550101', '2125550102', '2125550103'];
    expect(namedNumbers(sale(written))).toEqual(numbers);
    expect(namedNumbers('<n:number type="local">2125550100</n:number>')).toEqual(['2125550100']);
  });

  it('are distinct', () => {
    expect(namedNumbers(sale(['2125550100', '+1 212 555 0100']))).toEqual(['2125550100']);
  });

  it.each([
    ['one digit more', '<number>21255501001</number>'],
    ['one digit less', '<number>212555010</number>'],
    ['words beside it', '<number>2125550100 is gone</number>'],
    ['an element in it', '<number><b>2125550100</b></number>'],
    ['a tag that begins in it', '<number>212555<number>2125550100'],
    ['no end', '<number>2125550100'],
    ['another element', '<phone>8005551234</phone>'],
    ['a comment around it', '<!-- <number>2125550100</number> -->'],
    ['a comment around it that is cut', '<!-- <number>2125550100</number>'],
    ['prose around it', 'Order for 2125550100 failed'],
  ])('are none with %s', (_title, body) => expect(namedNumbers(body)).toEqual([]));

  it('are complete ones only, whatever is cut out or put in', () => {
    const numbers = ['2125550100', '3125550101', '4155550102'];
    const body = sale(numbers);
    const place = fc.nat(body.length);
    fc.assert(
      fc.property(place, place, fc.stringMatching(/^[<>/a-z ]{0,3}$/), (one, other, text) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const named = namedNumbers(body.slice(0, from) + text + body.slice(to));
        // A cut from within one number to within another makes a number of its own: no text tells.
        if (/\d$/.test(body.slice(0, from)) && text === '') return;
        expect(numbers).toEqual(expect.arrayContaining(named));
      }),
      { seed: 20_261_126, numRuns: 3_000 },
    );
  });
});
