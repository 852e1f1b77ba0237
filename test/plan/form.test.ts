import { describe, expect, test } from 'vitest';
import { areaCodes, check, lines, places } from './plan-file.ts';

describe('the header', () => {
  test.each([
    'area_code,quantity',
    'QTY,Area Code',
    'count,NPA',
    'Quantity,NPA-NXX',
    'search,quantity',
    'prefix,  QUANTITY ',
    'areaCode,"quan tity"',
    'Area Codes,Quantities',
    'Area code*,Qty:',
    'NPA/NXX,quantity',
    '="area_code",="quantity"',
    '"area\u00a0code","quantity\n"',
    '\ufeffarea-code,quantity',
    'area code,ｑｕａｎｔｉｔｙ',
  ])('%j is understood', async (header) => {
    const row = /^\W*(a|search|prefix|npa\/)/i.test(header) ? '212,5' : '5,212';
    expect(await areaCodes(`${header}\n${row}\n`)).toEqual(['212:5']);
  });

  test.each([
    ['two columns that mean the same', 'area_code,qty,Quantity', ['quantity']],
    ['two of ours twice', 'npa,npa,qty,qty', ['area_code', 'quantity']],
    ['two other columns of one name', 'area_code,quantity,City,city', ['city']],
    ['no quantity', 'area_code,city', ['quantity']],
    ['no area code and no type', 'quantity,city', ['area_code']],
    ['none of our names', 'city,note', ['']],
  ])('with %s is an error, and no row is validated', async (_, header, columns) => {
    const result = await check(`${header}\n,,,\nx,x,x,x\n`);
    expect(result.faults.map(({ column }) => column)).toEqual(columns);
    expect(result).toMatchObject({ rows: 0, faultCount: columns.length });
  });

  test('without any of our names is an error that lists them', async () => {
    const { faults } = await check('city;note\nAlbany;x\n');
    expect(faults[0]).toMatchObject({ line: 1, found: 'city;note' });
    expect(faults[0]?.message).toMatch(/area_code, quantity, type, .*allow_overlay/);
  });

  test('without an area code is enough for toll-free numbers', async () => {
    expect(await areaCodes('quantity,type\n5,tollfree\n')).toEqual([':5']);
  });

  test('that nearly names one of ours is a warning, because it changes nothing', async () => {
    const { warnings, extraColumns } = await check('area_code,quantity,fil_quantity\n212,5,1\n');
    expect(extraColumns).toEqual(['fil_quantity']);
    expect(warnings).toMatchObject([{ line: 1, column: 'fil_quantity', needsAnswer: true }]);
    expect(warnings[0]?.message).toContain('If you meant fill_quantity');
  });

  test.each(['city', 'county', 'note', 'order', 'line', 'number', 'order_id', 'time'])(
    'may name %s without a word',
    async (name) => {
      expect((await check(`area_code,quantity,${name}\n212,5,x\n`)).warningCount).toBe(0);
    },
  );

  test('keeps the order of the columns that are not ours, and skips `fault`', async () => {
    const plan = 'note,Fault,quantity,city,fault,area_code\nn,mine,5,c,bad,212\n';
    const { extraColumns, warnings } = await check(plan);
    expect(extraColumns).toEqual(['note', 'Fault', 'city']);
    expect(warnings).toMatchObject([{ line: 1, column: 'fault' }]);
    expect((await lines(plan))[0]?.extra).toEqual(['n', 'mine', 'c']);
  });
});

describe('without a header', () => {
  test.each([
    ['212,5\n213,6\n', ['212:5', '213:6']],
    ['212;5\n', ['212:5']],
    ['(212)\t5\n', ['212:5']],
    ['212-555|5', ['212555:5']],
    ['212,5,local\n,6,Toll-free\n', ['212:5', ':6']],
    [',6,tollfree\n212,5,\n', [':6', '212:5']],
    ['212,5,,\n', ['212:5']],
  ])('%j is area code, quantity and type', async (content, expected) => {
    expect(await areaCodes(content)).toEqual(expected);
  });

  test('the first row is validated like any other', async () => {
    expect(places(await check('21,5\n212,x\n'))).toEqual(['1:area_code', '2:quantity']);
  });

  test('more than three columns are not guessed at', async () => {
    const { faults } = await check('212,5,local,1\n');
    expect(faults).toMatchObject([{ line: 1, found: '4 cells and no header row' }]);
  });
});

describe('delimiters', () => {
  test.each([
    [',', 'area_code,quantity,note\n212,5,a;b|c\td\n'],
    [';', 'area_code;quantity;note\n212;5;a,b|c\td\n'],
    ['\t', 'area_code\tquantity\tnote\n212\t5\ta,b;c\n'],
    ['|', 'area_code|quantity|note\n212|5|a,b;c\n'],
    [';', 'note, free, text;area_code;quantity\na,b,c;212;5\n'],
    [';', '"note;,,,";area_code;quantity\na;212;5\n'],
    [';', 'count, of all;area_code;quantity\na;212;5\n'],
    [';', '\n\n;;\narea_code;quantity\n212;5\n'],
  ])('%j is found', async (delimiter, content) => {
    expect(await check(content)).toMatchObject({ delimiter, faultCount: 0, numbers: 5 });
  });

  test.each(['sep=;\r\n', '"sep=;"\n', 'SEP=;\r'])('%j names it', async (sep) => {
    const plan = `${sep}area_code;quantity\n212;x\n`;
    expect(await check(plan)).toMatchObject({ delimiter: ';', faults: [{ line: 3 }] });
  });

  test('a sep= that names something else is an error', async () => {
    expect((await check('sep=:\narea_code:quantity\n')).faults).toMatchObject([
      { line: 1, found: 'sep=:' },
    ]);
  });

  test('a file of one column is read with a default quantity', async () => {
    expect(await lines('npa\n212\n213\n', { defaultQuantity: 1 })).toHaveLength(2);
  });
});

describe('rows', () => {
  test.each([
    ['trailing commas', 'area_code,quantity,,\n212,5,,\n213,6\n214,7,,,,\n', 3],
    ['blank lines and blank rows', 'area_code,quantity\n\n  \n212,5\n,\n" ",""\n\n213,6\n\n', 2],
    ['mixed newlines', 'area_code,quantity\r\n212,5\n213,6\r214,7', 3],
  ])('%s are no error', async (_, content, count) => {
    expect(await check(content)).toMatchObject({ faultCount: 0, lines: count, rows: count });
  });

  test.each([
    ['a cell too many', '212,1,000', '2:', /"1,000"/],
    ['a cell under no name', '212,5,x', '2:', /no column: "x"/],
  ])('%s are one error', async (_, row, place, message) => {
    const nameless = row.endsWith('x') ? ',' : '';
    const result = await check(`area_code,quantity${nameless}\n${row}\n213,5${nameless}\n`);
    expect(places(result)).toEqual([place]);
    expect(result.faults[0]?.message).toMatch(message);
    expect(result.lines).toBe(1);
  });

  test('that end early have blank cells there, which a person must accept', async () => {
    const plan = 'area_code,quantity,type,note\n212,5\n213,6,local,\n,7,tollfree\n';
    expect(await areaCodes(plan)).toEqual(['212:5', '213:6', ':7']);
    expect((await check(plan)).warnings).toMatchObject([
      {
        line: 2,
        needsAnswer: true,
        message: expect.stringMatching(/ends before .* same on line 4\.$/),
      },
    ]);
    expect((await check('npa,qty,note\n212,5\n')).warnings).toMatchObject([
      { line: 2, needsAnswer: true, message: expect.stringMatching(/its missing cells .* it\.$/) },
    ]);
    const lacking = await check('npa,qty\n212\n');
    expect(places(lacking)).toEqual(['2:quantity']);
    expect(lacking.warnings).toEqual([]);
  });

  test('are named by the line on which they begin', async () => {
    const rows = ['"a\nb",x', '', '"c\r\nd\r\n",x', ',', '"e\rf",x', '  ', '212,x', '"g",x'];
    const plan = `area_code,quantity\r\n${rows.join('\r\n')}\r\n`;
    const { faults } = await check(plan);
    const begun = faults.filter(({ column }) => column === 'quantity').map(({ line }) => line);
    expect(begun).toEqual([2, 5, 9, 12, 13]);
  });
});

test('numbers as pandas writes them are read, and what may be thousands is not', async () => {
  const header = 'area_code,quantity,sms,distance\n';
  expect(await lines(`${header}212.0,5.0,1.0,25.0\n212555.0,7,0.0,\n`)).toMatchObject([
    { areaCode: '212', quantity: 5, smsSupported: true, distance: 25 },
    { areaCode: '212555', quantity: 7, smsSupported: false, distance: null },
  ]);
  expect(await areaCodes('212.0,5.0\n+1 212,6\n')).toEqual(['212:5', '212:6']);
  const { faults } = await check(`${header}212,1.000,,\n212,"1,000",,\n212,5.50,,\n12.0,5,,\n`);
  expect(faults.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^quantity "1.000" may mean one or a thousand/),
    expect.stringMatching(/^quantity "1,000" has thousands separators/),
    expect.stringMatching(/^quantity "5.50" has a decimal point/),
    expect.stringMatching(/^area_code "12.0" has 2 digits/),
  ]);
});

describe('a comment', () => {
  test.each(['#415,20', '# not yet', '"# 415, later",20', ' #,'])(
    '%j is said to be one',
    async (row) => {
      const { faults } = await check(`area_code,quantity\n212,5\n${row}\n`);
      expect(faults).toMatchObject([
        {
          line: 3,
          column: '',
          message: expect.stringMatching(/^This row begins with "#.*a comment/),
        },
      ]);
    },
  );

  test.each([
    ['a good row', 'note,area_code,quantity\n#1,212,5\n', []],
    ['a bad row with a note of its own', 'note,area_code,quantity\n#1,212,x\n', ['2:quantity']],
    ['an error of a spreadsheet', 'area_code,quantity\n#N/A,5\n', ['2:area_code']],
  ])('is not %s', async (_, content, at) => {
    expect(places(await check(content))).toEqual(at);
  });
});

describe('a text that is not CSV', () => {
  test.each([
    ['a quote that is never closed', '213,"5\n214,5\n215,5\n', 'never closed'],
    ['a quote closed much later', '213,"5\n214,5\n215,"5"\n', 'follows a closing quote'],
    ['a quote inside a cell', '213,5" x\n214,5\n', 'quote inside it'],
    ['text after a quote', '213,"5" x\n214,5\n', 'follows a closing quote'],
    ['a row without an end', `213,"5${'\n214,5'.repeat(20_000)}`, 'longer than 64 KB'],
  ])('because of %s is checked up to there', async (_, rest, message) => {
    const result = await check(`area_code,quantity\n212,x\n\n${rest}`);
    expect(places(result)).toEqual(['4:', '2:quantity']);
    expect(result.faults[0]?.message).toContain(message);
    expect(result.faults[0]?.message).toContain('Reading stopped');
    expect(result.rows).toBe(1);
  });

  test.each([
    ['nothing at all', ''],
    ['a mark and nothing', '\ufeff'],
    ['blank lines', '\n\r\n  \n,,\n'],
  ])('because it has %s is empty', async (_, content) => {
    expect((await check(content)).faults).toMatchObject([{ line: 1, found: 'an empty file' }]);
  });
});
