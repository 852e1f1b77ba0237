import { describe, expect, test } from 'vitest';
import {
  readAreaCode,
  readDistance,
  readFlag,
  readQuantity,
  readType,
} from '../../src/plan/cells.ts';

type Reader = (cell: string) => unknown;

function understands(reader: Reader, cells: ReadonlyArray<[cell: string, value: unknown]>): void {
  test.each(cells)('%j is %j', (cell, value) => expect(reader(cell)).toBe(value));
}

function refuses(reader: Reader, cells: ReadonlyArray<[cell: string, because: string]>): void {
  test.each(cells)('%j is refused: %s', (cell, because) => {
    expect(reader(cell)).toMatchObject({ because: expect.stringContaining(because) });
  });
}

describe('area_code', () => {
  understands(readAreaCode, [
    ['212', '212'],
    ['212555', '212555'],
    ['212-555', '212555'],
    ['212.555', '212555'],
    ['212 555', '212555'],
    ['212 - 555', '212555'],
    ['(212)', '212'],
    ['(212) 555', '212555'],
    ['(212)555', '212555'],
    ['( 212 )', '212'],
    ['( 212 ) 555', '212555'],
    ['+1 212', '212'],
    ['+1212', '212'],
    ['1-212', '212'],
    ['1 212', '212'],
    ['+1 (212) 555', '212555'],
    ['1-212-555', '212555'],
  ]);
  refuses(readAreaCode, [
    ['21', 'has 2 digits'],
    ['1', 'has 1 digit'],
    ['21255', 'has 5 digits'],
    ['212-5551', 'has 7 digits'],
    ['2125551212', 'whole phone number'],
    ['+1 (212) 555-1212', 'whole phone number'],
    ['1212', 'country code'],
    ['1212555', 'country code'],
    ['1-112', 'begins with 0 or 1'],
    ['+1 212 555 1212', 'whole phone number'],
    ['+2 212', 'has 4 digits'],
    ['012', 'begins with 0 or 1'],
    ['112', 'begins with 0 or 1'],
    ['212-055', 'no exchange begins with 0 or 1'],
    ['212155', 'no exchange begins with 0 or 1'],
    ['(212', 'an unknown format'],
    ['2.12E+02', 'shortened by a spreadsheet'],
    ['2,12E+02', 'shortened by a spreadsheet'],
    ['212.0', 'decimal point'],
    ['212,555', 'names 2 area codes'],
    ['２１２', 'digits other than 0-9'],
    ['٢١٢', 'digits other than 0-9'],
    ['212\u200b', 'invisible character (U+200B)'],
    ['\u202a415\u202c', 'invisible character (U+202A)'],
    ['\u2066415\u2069', 'invisible character (U+2066)'],
    ['212\u180e', 'invisible character (U+180E)'],
    ['212\u{e0020}', 'invisible character (U+E0020)'],
    ['2\u001b12', 'invisible character (U+001B)'],
    ['3/10', 'into a date by a spreadsheet'],
    ['12-Feb', 'into a date by a spreadsheet'],
    ['Feb-12', 'into a date by a spreadsheet'],
    ['12. Feb', 'into a date by a spreadsheet'],
    ['10-mars', 'into a date by a spreadsheet'],
    ['2026-12-01', 'into a date by a spreadsheet'],
    ['2026-12-01 00:00:00', 'into a date by a spreadsheet'],
    ['12/1/2026', 'into a date by a spreadsheet'],
    ['01.12.2026', 'into a date by a spreadsheet'],
    ...['#REF!', '#N/A', '#NAME?', '#DIV/0!', '#SPILL!', '#WERT!', '#¿NOMBRE?', '#NV', '####'].map(
      (cell): [string, string] => [cell, 'error value'],
    ),
    ['#415', 'is not a number'],
    ['=A2', 'formula'],
    ['New York', 'is not a number'],
    ['-212', 'is negative: a spreadsheet makes -212 of (212)'],
    ...['toll free', 'Toll-Free', 'TF', '8xx', '800 numbers'].map((cell): [string, string] => [
      cell,
      'is no area code',
    ]),
  ]);
});

describe('quantity', () => {
  understands(readQuantity, [
    ['0', 0],
    ['1', 1],
    ['007', 7],
    ['100000', 100_000],
  ]);
  refuses(readQuantity, [
    ['100001', 'more than 100,000'],
    ['99999999999999999999', 'more than 100,000'],
    ['-5', 'is negative'],
    ['+5', 'is not a number'],
    ['1,000', 'thousands separators'],
    ['1 000', 'thousands separators'],
    ["1'000", 'thousands separators'],
    ['5.0', 'decimal point'],
    ['5,5', 'decimal comma'],
    ['1e3', 'shortened by a spreadsheet'],
    ['５', 'digits other than 0-9'],
    ['five', 'is not a number'],
    ['5 sets', 'is not a number'],
    ['5-Jan', 'into a date by a spreadsheet'],
    ['5 numbers', 'is not a number'],
    ['0x10', 'is not a number'],
    ['Infinity', 'is not a number'],
  ]);
});

describe('type', () => {
  understands(readType, [
    ['local', 'local'],
    ['LOCAL', 'local'],
    ['Toll-free', 'tollfree'],
    ['toll free', 'tollfree'],
    ['toll_free', 'tollfree'],
    ['True 800', 'true800'],
    ['TRUE-800', 'true800'],
    ['Canadian local', 'canadian_local'],
    ['canadian-local', 'canadian_local'],
  ]);
  refuses(readType, [
    ['tolfre', 'perhaps tollfree was meant'],
    ['canadian', 'perhaps canadian_local was meant'],
    ['locl', 'perhaps local was meant'],
    ['mobile phone', 'is not a type'],
    ['-', 'is not a type'],
  ]);
  test('every allowed word is named', () => {
    const expected = 'local, tollfree, true800 or canadian_local';
    expect(readType('mobile')).toEqual({ expected, because: 'is not a type' });
  });
});

describe('flags', () => {
  understands(readFlag, [
    ['1', true],
    ['0', false],
    ['yes', true],
    ['No', false],
    ['TRUE', true],
    ['False', false],
    ['Y', true],
    ['n', false],
  ]);
  refuses(readFlag, [
    ['2', 'neither 0 nor 1'],
    ['1.0', 'decimal point'],
    ['maybe', 'neither 0 nor 1'],
    ['constructor', 'neither 0 nor 1'],
  ]);
});

describe('distance', () => {
  understands(readDistance, [
    ['0', 0],
    ['25', 25],
    ['10000', 10_000],
  ]);
  refuses(readDistance, [
    ['10001', 'more than 10,000 miles'],
    ['2.5', 'decimal point'],
    ['-1', 'is negative'],
    ['25 miles', 'is not a number'],
  ]);
});
