import { describe, expect, test } from 'vitest';
import { check, lines, places } from './plan-file.ts';

const HEADER =
  'area_code,quantity,type,fill_quantity,cleansed_only,distance,' +
  'sms_supported,order_slot,allow_overlay,city\n';

describe('a row that is understood', () => {
  test('carries every column', async () => {
    expect(await lines(`${HEADER}212-555,60,Local,1,0,25,yes,true,1, Albany \n`)).toEqual([
      {
        line: 2,
        areaCode: '212555',
        type: 'local',
        quantity: 60,
        fillQuantity: true,
        cleansedOnly: false,
        distance: 25,
        smsSupported: true,
        orderSlot: true,
        allowOverlay: true,
        fallback: null,
        keepTrying: null,
        extra: ['Albany'],
      },
    ]);
  });

  test('tells a blank from a 0, and an absent column is a blank', async () => {
    const blank = {
      line: 2,
      areaCode: '212',
      type: 'local',
      quantity: 5,
      fillQuantity: false,
      cleansedOnly: null,
      distance: null,
      smsSupported: null,
      orderSlot: null,
      allowOverlay: null,
      fallback: null,
      keepTrying: null,
    };
    expect(await lines(`${HEADER}212,5,,,,,,,,\n`)).toEqual([{ ...blank, extra: [''] }]);
    expect(await lines('area_code,quantity\n212,5\n')).toEqual([{ ...blank, extra: [] }]);
    expect(await lines(`${HEADER}212,5,,0,0,0,0,0,0,\n`)).toMatchObject([
      { cleansedOnly: false, distance: 0, smsSupported: false, orderSlot: false },
    ]);
  });

  test.each(['n/a', 'N/A', 'n.a.', 'NA', '-', '—'])(
    'has a blank where it says %s',
    async (cell) => {
      const header = HEADER.replace('city', 'fallback,city');
      const cells = (word: string) => `${Array(8).fill(word).join(',')},Albany\n`;
      const [blank, said] = [cells(''), cells(cell)];
      expect(await lines(`${header}212,5,${said}`)).toEqual(await lines(`${header}212,5,${blank}`));
      expect(await lines(`area_code,quantity,type\n${cell},5,tollfree\n`)).toMatchObject([
        { areaCode: null },
      ]);
    },
  );

  test.each(['n/a', '-'])('never has a quantity that is %s, nor the default', async (cell) => {
    const { faults } = await check(`area_code,quantity\n212,${cell}\n`, { defaultQuantity: 5 });
    expect(faults).toMatchObject([
      { column: 'quantity', message: expect.stringMatching(/, or 0 to skip the line\.$/) },
    ]);
  });

  test.each([
    ['tollfree', ',5,tollfree'],
    ['true800', ',5,True 800'],
  ])('of type %s has no area code', async (type, row) => {
    const [line] = await lines(`area_code,quantity,type\n${row}\n`);
    expect(line).toMatchObject({ type, areaCode: null });
  });

  test('may have one apostrophe before what a spreadsheet keeps as a text', async () => {
    const [line] = await lines("area_code,quantity,note\n'212,'5,'=1+1\n");
    expect(line).toMatchObject({ areaCode: '212', quantity: 5, extra: ['=1+1'] });
    expect(places(await check("area_code,quantity\n''212,5\n"))).toEqual(['2:area_code']);
  });

  test('keeps an apostrophe that is part of a name', async () => {
    expect((await lines("area_code,quantity,note\n212,5,'s-Hertogenbosch\n"))[0]?.extra).toEqual([
      "'s-Hertogenbosch",
    ]);
  });
});

test.each([
  ['a blank quantity', '212,,,,,,,,,', ['quantity']],
  ['a blank area code of a local line', ',5,,,,,,,,', ['area_code']],
  ['a blank area code of a Canadian line', ',5,canadian_local,,,,,,,', ['area_code']],
  ['an area code of a toll-free line', '800,5,tollfree,,,,,,,', ['area_code']],
  ['an area code of a True 800 line, whatever it is', 'x,5,true800,,,,,,,', ['area_code']],
  ['an overlay with 3 digits', '212,5,,,,,,,1,', ['allow_overlay']],
  ['an overlay without an area code', ',5,tollfree,,,,,,1,', ['allow_overlay']],
  ['an overlay of cleansed numbers only', '212555,5,,,1,,,,1,', ['allow_overlay']],
  ['an unknown type, which may have needed no area code', ',5,mobile,,,,,,,', ['type']],
  ['an invalid area code, which may be meant for the overlay', '21255,5,,,,,,,1,', ['area_code']],
  ['an invalid cell of a skipped line', '21,0,,,,,,,,', ['area_code']],
  ['each invalid cell', '?,?,?,?,?,?,?,?,?,', HEADER.trim().split(',').slice(0, -1)],
])('%s is an error', async (_, row, columns) => {
  const { faults, lines, faultyRows } = await check(HEADER + row);
  expect(faults.map(({ column }) => column).sort()).toEqual([...columns].sort());
  expect({ lines, faultyRows }).toEqual({ lines: 0, faultyRows: 1 });
});

test.each([
  ['an overlay with 6 digits', '212555,5,,,0,,,,1,'],
  ['no overlay with 3 digits', '212,5,,,1,,,,0,'],
])('%s is no error', async (_, row) => {
  expect((await check(HEADER + row)).faults).toEqual([]);
});

test('an error says what was found, what was expected and what to do', async () => {
  const { faults } = await check('npa,qty\n212,5\n212,"1,000"\n');
  expect(faults).toEqual([
    {
      line: 3,
      column: 'quantity',
      found: '1,000',
      expected: 'a whole number from 1 to 100,000',
      message:
        'quantity "1,000" has thousands separators; leave them out. Write a whole ' +
        'number from 1 to 100,000.',
    },
  ]);
});

test('what is shown of a cell is short and cannot steer a terminal', async () => {
  const { faults } = await check(`area_code,quantity\n"\u001b[2J${'x'.repeat(500)}",5\n`);
  expect(faults[0]?.found).toMatch(/^\\u001B\[2Jx{50,60}…$/);
  expect(faults[0]?.message).not.toContain('\u001b');
});

test.each([
  ['a quantity of 0', '212,0,,,,,,,,', 'quantity', 'skipped'],
  ['all or nothing above 25', '212,26,,1,,,,,,', 'fill_quantity', 'each order of 25'],
])('%s is a warning', async (_, row, column, message) => {
  const { warnings, warningCount } = await check(`${HEADER}213,5,,,,,,,,\n${row}`);
  expect(warnings).toEqual([{ line: 3, column, message: expect.stringContaining(message) }]);
  expect(warningCount).toBe(1);
});

test('all or nothing on 25 is no warning', async () => {
  expect((await check(`${HEADER}212,25,,1,,,,,,\n`)).warningCount).toBe(0);
});

describe('a default quantity', () => {
  test('replaces blank cells and a missing column, and nothing else', async () => {
    const options = { defaultQuantity: 7 };
    const plan = 'area_code,quantity\n212,\n213,3\n214,0\n';
    expect((await lines(plan, options)).map((line) => line.quantity)).toEqual([7, 3]);
    expect(await lines('area_code\n212\n', options)).toMatchObject([{ quantity: 7 }]);
  });

  test.each([0, -1, 1.5, 100_001, Number.NaN])('of %d is refused', async (defaultQuantity) => {
    const checking = check('area_code\n212\n', { defaultQuantity });
    await expect(checking).rejects.toMatchObject({ code: 'invalid_usage' });
  });
});
