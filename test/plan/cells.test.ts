import { describe, expect, test } from 'vitest';
import {
  readAreaCode,
  readDistance,
  readFlag,
  readQuantity,
  readType,
} from '../../src/plan/cells.ts';

type Reader = (cell: string) => unknown;

function understands(reader: Reader, value: unknown, cells: string[]): void {
  test.each(cells)(`%j is ${JSON.stringify(value)}`, (cell) => expect(reader(cell)).toBe(value));
}

function refuses(reader: Reader, because: string, cells: string[]): void {
  test.each(cells)(`%j is refused: ${because}`, (cell) => {
    expect(reader(cell)).toMatchObject({ because: expect.stringContaining(because) });
  });
}

describe('area_code', () => {
  understands(readAreaCode, '212', [
    '212',
    '(212)',
    '( 212 )',
    '+1 212',
    '+1212',
    '1-212',
    '1 212',
  ]);
  understands(readAreaCode, '212555', [
    ...['212555', '212-555', '212.555', '212 555', '212 - 555', '(212) 555', '(212)555'],
    ...['( 212 ) 555', '+1 (212) 555', '1-212-555'],
  ]);
  refuses(readAreaCode, 'has 1 digit', ['1']);
  refuses(readAreaCode, 'has 2 digits', ['21']);
  refuses(readAreaCode, 'has 4 digits', ['+2 212']);
  refuses(readAreaCode, 'has 5 digits', ['21255']);
  refuses(readAreaCode, 'has 7 digits', ['212-5551']);
  const PHONES = ['2125551212', '+1 (212) 555-1212', '+1 212 555 1212'];
  refuses(readAreaCode, 'whole phone number', PHONES);
  refuses(readAreaCode, 'country code', ['1212', '1212555']);
  refuses(readAreaCode, 'begins with 0 or 1', ['1-112', '012', '112']);
  refuses(readAreaCode, 'no exchange begins with 0 or 1', ['212-055', '212155']);
  refuses(readAreaCode, 'an unknown format', ['(212']);
  refuses(readAreaCode, 'shortened by a spreadsheet', ['2.12E+02', '2,12E+02']);
  refuses(readAreaCode, 'decimal point', ['212.0']);
  refuses(readAreaCode, 'names 2 area codes', ['212,555']);
  refuses(readAreaCode, 'digits other than 0-9', ['２１２', '٢١٢']);
  refuses(readAreaCode, 'invisible character (U+200B)', ['212\u200b']);
  refuses(readAreaCode, 'invisible character (U+202A)', ['\u202a415\u202c']);
  refuses(readAreaCode, 'invisible character (U+2066)', ['\u2066415\u2069']);
  refuses(readAreaCode, 'invisible character (U+180E)', ['212\u180e']);
  refuses(readAreaCode, 'invisible character (U+E0020)', ['212\u{e0020}']);
  refuses(readAreaCode, 'invisible character (U+001B)', ['2\u001b12']);
  refuses(readAreaCode, 'into a date by a spreadsheet', [
    ...['12-Feb', 'Feb-12', '12. Feb', '10-mars', '2026-12-01', '2026-12-01 00:00:00'],
    ...['12/1/2026', '01.12.2026'],
  ]);
  refuses(readAreaCode, 'may be a day that a spreadsheet has made of it, a fraction or two', [
    ...['3/10', '10/5', '2/12', '31/1'],
  ]);
  refuses(readAreaCode, 'error value', [
    ...['#REF!', '#N/A', '#NAME?', '#DIV/0!', '#SPILL!', '#WERT!', '#¿NOMBRE?', '#NV', '####'],
  ]);
  refuses(readAreaCode, 'is not a number', ['#415', 'New York']);
  refuses(readAreaCode, 'formula', ['=A2']);
  refuses(readAreaCode, 'is negative: a spreadsheet makes -212 of (212)', ['-212']);
  const TOLL_FREE = ['toll free', 'Toll-Free', 'TF', '8xx', '800 numbers'];
  refuses(readAreaCode, 'is no area code', TOLL_FREE);
});

describe('quantity', () => {
  understands(readQuantity, 0, ['0']);
  understands(readQuantity, 1, ['1']);
  understands(readQuantity, 7, ['007']);
  understands(readQuantity, 100_000, ['100000']);
  refuses(readQuantity, 'more than 100,000', ['100001', '99999999999999999999']);
  refuses(readQuantity, 'is negative', ['-5']);
  refuses(readQuantity, 'thousands separators', ['1,000', '1 000', "1'000", '2,500.00']);
  refuses(readQuantity, 'decimal point', ['5.0', '25.5']);
  refuses(readQuantity, 'decimal comma', ['5,5']);
  refuses(readQuantity, 'may mean one or a thousand', ['1.000']);
  refuses(readQuantity, 'has a line break', ['5\n6']);
  refuses(readQuantity, 'is an emoji', ['5️⃣']);
  refuses(readQuantity, 'shortened by a spreadsheet', ['1e3']);
  refuses(readQuantity, 'digits other than 0-9', ['５']);
  refuses(readQuantity, 'into a date by a spreadsheet', ['5-Jan']);
  refuses(readQuantity, 'may be a day that a spreadsheet has made of it, a fraction or two', [
    ...['10/5', '2/12'],
  ]);
  const WORDS = ['+5', 'five', '5 sets', '5 numbers', '0x10', 'Infinity', '25/50'];
  refuses(readQuantity, 'is not a number', WORDS);
  refuses(readQuantity, 'is a formula', ['=SUM(A1:A2)']);
});

describe('type', () => {
  understands(readType, 'local', ['local', 'LOCAL']);
  understands(readType, 'tollfree', ['Toll-free', 'toll free', 'toll_free']);
  understands(readType, 'true800', ['True 800', 'TRUE-800']);
  understands(readType, 'canadian_local', ['Canadian local', 'canadian-local']);
  refuses(readType, 'perhaps tollfree was meant', ['tolfre']);
  refuses(readType, 'perhaps canadian_local was meant', ['canadian', 'Canada', 'ca local']);
  refuses(readType, 'perhaps local was meant', ['locl']);
  refuses(readType, 'is not a type', ['mobile phone', '-']);
  test('every allowed word is named', () => {
    const expected = 'local, tollfree, true800 or canadian_local';
    expect(readType('mobile')).toEqual({ expected, because: 'is not a type' });
  });
});

describe('flags', () => {
  const YES = ['1', 'yes', 'TRUE', 'Y', 'WAHR', 'vrai', 'ja', 'oui', 'x', '✓', 'sí'];
  understands(readFlag, true, YES);
  understands(readFlag, false, ['0', 'No', 'False', 'n', 'FALSCH', 'faux', 'nein', 'non', '✗']);
  refuses(readFlag, 'neither 0 nor 1', ['2', 'maybe', 'constructor']);
  refuses(readFlag, 'decimal point', ['1.0']);
});

describe('distance', () => {
  understands(readDistance, 0, ['0']);
  understands(readDistance, 25, ['25']);
  understands(readDistance, 10_000, ['10000']);
  refuses(readDistance, 'more than 10,000 miles', ['10001']);
  refuses(readDistance, 'decimal point', ['2.5']);
  refuses(readDistance, 'is negative', ['-1']);
  refuses(readDistance, 'is not a number', ['25 miles']);
});
