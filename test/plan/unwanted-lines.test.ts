/** Cells and columns by which other lists say that a line, or a part of it, is not to be bought. */
import { describe, expect, test } from 'vitest';
import { asked } from './plan-file.ts';

describe('a cell that says that its line is not wanted must be answered:', () => {
  test.each([
    ...['DO NOT ORDER', 'Do not order before the new contract is signed', "don't buy"],
    ...['cancelled', 'Canceled by Bob', 'on hold until Q2', 'Hold for approval', '(on hold)'],
    ...['please only 5', 'only 5', 'already have these', 'Already ordered', 'not needed'],
    ...['no longer needed', '** do not buy **', 'skip', 'rejected', 'delivered', 'do not use'],
    ...['storniert', 'nicht bestellen', 'bereits bestellt', 'erledigt', 'nur 5'],
    ...['only need 5', 'reduce to 5', 'was 10; now 3', 'client cancelled', 'postponed', 'done'],
    ...['wait for legal', 'Duplicate', 'out of budget', 'use 646 instead', 'changed to 917'],
    ...['ordered 11/3', 'Bought 3 Nov', 'purchased by Ann', 'completed', 'pending approval', 'TBD'],
    ...['needs approval', 'to be confirmed', 'check with Bob', 'On-hold', 'hold off', 'later'],
    ...['not before March', 'not 212', 'not available', 'if budget allows', 'optional', 'maybe'],
    ...['have 5 already', 'at most 5', 'or 646', 'instead of 415', 'replaced by 646', 'void'],
    ...['duplicate of line 2', 'ignore this line', 'Cancel order', 'test only', 'no need'],
    ...['disconnect', 'ported in', 'existing', 'sold out', 'out of stock', 'stopped', 'old'],
    ...['annulé', 'ne pas commander', 'cancelado', 'no comprar', 'ya comprado'],
    ...['discontinued', 'struck out', 'crossed out', 'moved to 2027', 'next year', 'updated'],
    ...[
      '~~Chicago~~',
      '<del>NY</del>',
      'N\u0336Y\u0336',
      'in stock',
      'current',
      'Sample',
      'forecast',
    ],
    ...['see line 3', 'same as above', 'included in line 2', 'replaces above', 'as above'],
    ...['hold please', "don't need these", 'skip this one', 'was cancelled by Bob'],
    ...['dupe of line 2', 'we cancelled this', 'dup', 'leave out', '4 delivered', '2 on hand'],
    ...['4 already ordered', 'this is on hold', 'Cancelled (dup)', 'sold out (Bell)'],
    ...['cancelled / moved', 'cancelled in May', 'removed from list', 'ordered last week'],
    ...['5 withdrawn', '4 unavailable'],
    ...['increase to 20', 'need 20', 'qty: 15', 'and 646', 'also 646', 'split with 332'],
  ])('%s', async (cell) => {
    const found = await asked(`area_code,quantity,remark\n312,5,Chicago\n212,10,${cell}\n`);
    expect(found).toEqual([
      `remark "${cell}" may mean that this line, or a part of it, is not wanted, and it buys 10 ` +
        'numbers. To skip a line, set its quantity to 0.',
    ]);
  });

  test('far down in a plan that is read from its bytes, once for all', async () => {
    const rows = '312,5,Chicago\n'.repeat(5_000);
    const content = `area_code,quantity,remark\n${rows}212,1,do not order\n415,1,cancelled\n`;
    expect(await asked(content)).toEqual([
      expect.stringMatching(/^remark "do not order" .* The same on line 5,003\.$/),
    ]);
  });

  test.each([
    ...['Holden', 'Cancellara Inc', 'Holdings of America', 'No Name Bar', 'Noah', 'Dolores'],
    ...['Skipper', 'Alreadyware', 'Max Miller', 'Canton', 'Nottingham', 'Only Fans', 'Voided'],
    ...['Hold Fast LLC', 'Rejection Hotline', 'notes', 'Once more', 'On Time Cabs', 'Ontario'],
    ...['Duplicate Keys Inc', 'Waits River', 'Closed Loop', 'User 5', 'Client 7', 'was Bob'],
    ...[
      'Old Town',
      'Orchard',
      'Iffy Inc',
      'Bought & Sold LLC',
      'Havelock',
      'Notary',
      'Testa',
      'Checkers',
    ],
    ...['Existing Homes Ltd', 'Pending LLC', 'Copy Shop', 'Draftsmen', 'Latera', 'Stopford'],
    ...['Seeley', 'Same Day Movers', 'Needham', 'Andover', 'Sample Street', 'Forecasters'],
    ...['Inventory Plus', 'Currents', 'Also Known Cafe', 'store 1000', '<NY>', '1000'],
    ...['OR 97201', 'Old-Town Dental', 'Old 97 Diner', 'Maybe-Baby LLC', 'Hold-Fast LLC'],
    ...['This Old House', 'We Have Fun LLC', '12 Oak St', '9 Current Ave', '3 Old St', 'Wont Co'],
    ...['call before 5', 'spring campaign', '10 only', 'New Orleans', 'North', 'Delivery'],
  ])('not %s', async (cell) => {
    expect(await asked(`area_code,quantity,remark\n312,5,Chicago\n212,10,${cell}\n`)).toEqual([]);
  });
});

/** What follows is read from the bytes. */
const FAR = `${'a'.repeat(20)},312,7\n`.repeat(5_000);

describe('a cell that may multiply its quantity must be answered:', () => {
  test.each([
    ...['10 per site', 'x2', 'each', 'for each location', 'X 3', '2x', '×2', '10 each', '5 ea.'],
    ...['per store', 'Per location please', 'each site gets 10', '(each)', 'please per agent'],
    ...['5 dozen', 'in hundreds', '2 sets of 10', 'times 2', 'double the quantity', 'twice'],
    ...['for both offices', '10 for every store', 'x2 per site', 'multiply by 3', '3 packs'],
    ...['for 3 stores', 'For two locations', 'for 12 branches', 'for 3 stores in NY'],
  ])('%s', async (cell) => {
    const above = 'remark,area_code,quantity\nChicago,312,5\n';
    for (const start of [above, `${above}${FAR}`]) {
      expect(await asked(`${start}${cell},212,10\n`)).toEqual([
        `remark "${cell}" may multiply the quantity, and the line buys 10 in all. If more are ` +
          'wanted, write how many in quantity.',
      ]);
    }
  });

  test.each([
    ...['Per Hansen', 'Perry', 'Eachus Ltd', 'East', 'Fort Worth', 'for Bob', 'In-N-Out', 'x'],
    ...['Double Tree', 'The Times', 'Times Square', 'Twice Sold Tales', 'X2 Media', '10', '2x4 Co'],
    ...['10 Park Ave', '5 Eastern Blvd', '100 Thousand Oaks', '7 Dozen Bakers', '3 Forbes Rd'],
    ...['5 people', '2nd floor', '24h desk', '3 days', 'for all', 'performance', '4 Pairs Lane'],
    ...['for 1 store', 'for 20 Main St', 'For Two Cafe', 'for Store 3'],
  ])('not %s', async (cell) => {
    const [above, row] = ['remark,area_code,quantity\nChicago,312,5\n', `${cell},212,10\n`];
    expect(await asked(`${above}${row}${FAR}${row}`)).toEqual([]);
  });
});

describe('a column that says what is left or not wanted must be answered by its name:', () => {
  test.each([
    ...['delivered', 'Received', 'shipped', 'open', 'Remaining', 'outstanding', 'Still needed'],
    ...['in stock', 'on order', 'Reserved', 'revised', 'UoM', 'order status', 'bestellt'],
    ...['erledigt', 'storniert', 'Status of order', 'purchased on', 'Ordered On', 'fulfilled'],
    ...['existing', 'current', 'in use', 'archived', 'deleted_at', 'cancelled at', 'closed'],
    ...['Action', 'Decision', 'Request type', 'version', 'Rev', 'Confirmed', 'adjustment'],
    ...['geliefert', 'Restmenge', 'commandé', 'entregado', 'draft', 'discontinued', 'duplicate'],
  ])('%s', async (name) => {
    expect(await asked(`area_code,quantity,${name}\n212,10,x\n`)).toEqual([
      expect.stringContaining(`The column "${name}" is not one of ours`),
    ]);
  });
});

describe('a column that says which numbers are meant must be answered by its name:', () => {
  test.each([
    ...['Rate center', 'ratecentre', 'Vanity', 'Pattern', 'Starts with', 'ends in', 'Last 4'],
    ...['Desired number', 'Specific TNs', 'consecutive', 'Sequential?'],
  ])('%s', async (name) => {
    expect(await asked(`area_code,quantity,${name}\n212,10,77\n`)).toEqual([
      expect.stringMatching(
        /is not one of ours: .* changes nothing\. (?:A row|An area code .*) buys/,
      ),
    ]);
  });

  test.each(['Number', 'phone', 'Center', 'Pattern store', 'end date'])('not %s', async (name) => {
    expect(await asked(`area_code,quantity,${name}\n212,10,77\n`)).toEqual([]);
  });
});

describe('a column of numbers that may be parts of the quantities', () => {
  test.each([
    ['of what came', '212,10,8\n312,5,0\n415,20,20\n'],
    ['as large as most', '212,10,10\n312,5,4\n'],
  ])('must be answered: %s', async (_, rows) => {
    expect(await asked(`area_code,quantity,so far\n${rows}`)).toEqual([
      expect.stringMatching(
        /^The column "so far" changes nothing: this line buys \d+, whatever its \d means\. If/,
      ),
    ]);
  });

  test('is said once, not for a name that is asked about anyway', async () => {
    expect(await asked('area_code,quantity,delivered\n212,10,8\n312,5,0\n')).toHaveLength(1);
  });

  test.each([
    ['ids', 'id', '212,10,1\n312,5,2\n415,20,3\n'],
    ['larger ids', 'site', '212,10,101\n312,5,102\n'],
    ['ranks', 'priority', '212,10,1\n312,5,3\n415,20,2\n'],
    ['zip codes', 'zip', '212,10,10001\n312,5,60601\n'],
    ['dates', 'due', '212,10,2026-12-01\n312,5,2026-12-02\n'],
    ['sums of money', 'limit in dollars', '212,10,500\n312,5,250\n'],
    ['phones', 'phone', '212,10,2125551212\n312,5,3125551212\n'],
    ['equal ones', 'agents', '212,10,10\n312,5,5\n'],
    ['a single one', 'store', '212,10,8\n'],
    ['names', 'name', '212,10,Bob\n312,5,Ann\n'],
    ['numbers and words', 'agents', '212,10,8\n312,5,four\n'],
    ['ones that are larger somewhere', 'seats', '212,10,8\n312,5,6\n'],
  ])('is no question where it has %s', async (_, name, rows) => {
    expect(await asked(`area_code,quantity,${name}\n${rows}`)).toEqual([]);
  });
});

describe('a column of marks', () => {
  test.each([
    [['x', '']],
    [['yes', 'no']],
    [['0', '1']],
    [['TRUE', 'false', '']],
    [['', '\u2713', '']],
    [['', '', 'n', 'y']],
    [['✅', '❌']],
    [['☑️', '']],
  ])('that differ needs an answer: %j', async (marks) => {
    const rows = marks.map((mark, at) => `21${at + 2},${at + 5},${mark}\n`).join('');
    expect(await asked(`area_code,quantity,Phase 1\n${rows}`)).toEqual([
      expect.stringMatching(/^The column "Phase 1" marks some lines, and changes nothing/),
    ]);
  });

  test.each([[['x', 'x']], [['', '']], [['no', '']], [['x', '', 'Bob']]])(
    'is no question with %j',
    async (marks) => {
      const rows = marks.map((mark, at) => `21${at + 2},${at + 5},${mark}\n`).join('');
      expect(await asked(`area_code,quantity,Phase 1\n${rows}`)).toEqual([]);
    },
  );
});

describe('a column is looked at down to the last line', () => {
  const rows = (cellOf: (at: number) => string) =>
    Array.from({ length: 5_000 }, (_, at) => `212,${5 + (at % 9)},S${at},${cellOf(at)}\n`).join('');
  const plan = (name: string, cellOf: (at: number) => string) =>
    asked(`area_code,quantity,site,${name}\n${rows(cellOf)}`);

  test.each([
    ['Phase 1', (at: number) => (at === 4_500 ? 'x' : ''), /marks some lines/],
    ['Phase 1', (at: number) => (at < 4_500 ? 'yes' : ''), /marks some lines/],
    ['so far', (at: number) => String(5 + (at % 9) - Number(at > 4_500)), /whatever its \d+ means/],
    ['AC', (at: number) => (at === 4_500 ? '646' : '212'), /holds area codes, such as 646/],
  ])('that is called %s (%#)', async (name, cellOf, message) => {
    expect(await plan(name, cellOf)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['agent', (at: number) => (at === 4_500 ? 'Bob' : at % 2 ? 'x' : '')],
    ['so far', (at: number) => (at === 4_500 ? '99' : String(4 + (at % 9)))],
    ['AC', (at: number) => (at === 4_500 ? 'HQ' : '646')],
  ])('and is no question where one of its cells is something else: %s', async (name, cellOf) => {
    expect(await plan(name, cellOf)).toEqual([]);
  });
});
