import { describe, expect, test } from 'vitest';
import { asked, check, rules } from './plan-file.ts';

describe('a thousands separator without quotes', () => {
  test.each([
    ['beside a text', 'area_code,quantity,city\n212,1,000\n312,5,Chicago\n', 2],
    ['beside a blank', 'area_code,quantity,city\n312,5,\n212,1,500\n', 3],
    ['in each row', 'area_code,quantity,city\n212,1,000\n312,2,000\n', 2],
    [
      'far down',
      `area_code,quantity,city\n${'212,5,New York\n'.repeat(5_000)}312,1,250\n212,5,x\n`,
      5_002,
    ],
  ])('%s must be answered', async (_, content, line) => {
    const { warnings } = await check(content, rules());
    expect(warnings).toContainEqual(
      expect.objectContaining({
        line,
        needsAnswer: true,
        message: expect.stringMatching(/,\d00|,250/),
      }),
    );
  });

  test.each([
    ['other numbers', 'area_code,quantity,store\n212,1,101\n312,5,1024\n'],
    ['such numbers only', 'area_code,quantity,store\n212,1,101\n312,5,102\n'],
    ['one column further', 'area_code,quantity,city,store\n212,1,NY,101\n312,5,Chicago,\n'],
    ['a larger quantity', 'area_code,quantity,city\n212,1000,101\n312,5,Chicago\n'],
  ])('is none beside %s', async (_, content) => expect(await asked(content)).toEqual([]));
});

describe('an exchange without quotes', () => {
  test.each([
    ...['area_code,quantity,note\n212,555,5\n', 'NPA,Qty,Comments\n312,5,\n212,555,100\n'],
    ...['area_code,quantity,Unnamed: 2\n212,555,5\n', 'npa,qty,c\n312,5,Bob\n212,555,5\n'],
    `area_code,quantity,Note\n${'312,5,Chicago\n'.repeat(5_000)}212,555,5\n`,
  ])('must be answered: %j', async (content) => {
    expect(await asked(content)).toEqual([
      expect.stringMatching(
        /^"(5|100)" follows the quantity 555\. If \1 of the exchange 212-555 are .* 212555,\1;/,
      ),
    ]);
  });

  test.each([
    ['a name', 'area_code,quantity,store\n212,250,5\n312,310,6\n'],
    ['a small quantity', 'area_code,quantity,note\n212,50,5\n'],
    ['an exchange already', 'area_code,quantity,note\n212555,250,5\n'],
    ['no number', 'area_code,quantity,note\n212,555,floor 5\n'],
    ['an order number', 'area_code,quantity,note\n212,555,20455\n'],
    ['another column between', 'area_code,quantity,city,note\n212,555,NY,5\n'],
    ['another sequence', 'quantity,note,area_code\n555,5,212\n'],
  ])('is none beside %s', async (_, content) => expect(await asked(content)).toEqual([]));
});

test('a column of numbers is known as one, also where reading ends early', async () => {
  const { faultCount, warnings } = await check('area_code,quantity,store\n212,1,101\n312,5,"\n');
  expect({ faultCount, warnings }).toEqual({ faultCount: 1, warnings: [] });
});

describe("a type in a column of the plan's own", () => {
  test.each([
    ['area_code,quantity,Category\n212,5,toll free\n', /Category "toll free" .* local/],
    ['area_code,quantity,Class\n212,5,TF\n', /Class "TF"/],
    ['area_code,quantity,Note\n212,5,toll free please\n', /Note "toll free please"/],
    ['area_code,quantity,Service,type\n212,5,True 800,local\n', /Service "True 800"/],
    ['quantity,Product,type\n5,Local,tollfree\n', /Product "Local" .* tollfree/],
    ['area_code,quantity,Region\n212,5,Canadian local\n', /Region "Canadian local"/],
    [`area_code,quantity,Class\n${'212,5,New York\n'.repeat(5_000)}312,1,Toll-Free\n`, /Toll-Free/],
  ])('other than that of its line must be answered: %j', async (content, message) => {
    expect(await asked(content)).toEqual([expect.stringMatching(message)]);
  });

  test('is one warning for all rows', async () => {
    const words = ['toll free', 'TF'];
    const rows = Array.from({ length: 40 }, (_, at) => `212,${50 - at},${words[at % 2]}\n`).join(
      '',
    );
    expect(await asked(`area_code,quantity,Class\n${rows}`)).toEqual([
      expect.stringMatching(/"toll free" .* The same on lines 3, 4, 5, 6, 7, and 34 more\.$/),
    ]);
  });

  test.each([
    'area_code,quantity,Class,type\n,5,Toll free,tollfree\n212,4,local,\n',
    'area_code,quantity,Class,type\n416,5,local,canadian_local\n',
    'Note,area_code,quantity\nnot toll free,212,5\n800,312,5\n',
  ])('is none where it agrees: %j', async (content) => expect(await asked(content)).toEqual([]));
});

describe('quantities that may be something else must be answered:', () => {
  test.each([
    ['area codes', 'area_code,quantity\n212,646\n312,872\n', /area code in service/],
    ['a list of two area codes', '212,415\n', /area code in service/],
    ['area codes without a header', '212,312\n415,617\n', /area code in service/],
    ['a date', 'area_code,quantity\n212,45658\n312,5\n', /45,?658.* 2025-01-01/],
    ['years', 'area_code,quantity\n212,2026\n312,2027\n', /a year/],
    ['numbers of the rows', 'Count,Area code\n1,212\n2,312\n3,415\n4,617\n', /count the rows/],
    ['one year', '312,2026\n', /a year/],
    [
      'a date far down',
      `area_code,quantity\n${'212,5\n'.repeat(5_000)}312,46000\n312,46001\n`,
      /46,?001/,
    ],
  ])('%s', async (_, content, message) => {
    expect(await asked(content)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['round ones', 'area_code,quantity\n212,250\n312,310\n415,500\n'],
    ['equal round ones', 'area_code,quantity\n212,225\n312,225\n'],
    ['a single line', 'area_code,quantity\n212,646\n'],
    ['one that is no code', 'area_code,quantity\n212,646\n312,5\n'],
    ['round years', 'area_code,quantity\n212,2000\n312,2000\n'],
    ['a year beside others', 'area_code,quantity\n212,2026\n312,50\n'],
    ['ones that rise from 2', 'area_code,quantity\n212,2\n312,3\n415,4\n617,5\n'],
    ['ones that rise at first', 'area_code,quantity\n212,1\n312,2\n415,3\n617,4\n213,9\n'],
    ['round thousands', 'area_code,quantity\n212,40000\n312,45000\n'],
  ])('not %s', async (_, content) => expect(await asked(content)).toEqual([]));
});
