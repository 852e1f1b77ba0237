import { beforeAll, expect, test } from 'vitest';
import { fits } from '../../src/evidence/index.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import type { Line } from '../../src/plan/index.ts';
import type { ResultName } from '../../src/report/index.ts';
import { sql } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import {
  answered,
  type Fate,
  filled,
  filledWith,
  refused,
  short,
  shortWith,
  undelivered,
  unknown,
} from './reported-plan.ts';

const REMAINDER = [
  'area_code',
  'quantity',
  'type',
  'fill_quantity',
  'cleansed_only',
  'distance',
  'sms_supported',
  'order_slot',
  'allow_overlay',
  'fallback',
  'keep_trying',
];

const AT = '2026-03-01T12:00:00.000Z';

const LINES = [
  line({ line: 2, quantity: 2, extra: ['Spring'] }),
  line({ line: 4, areaCode: '312555', quantity: 3, extra: ['"Sum\nmer", late'] }),
  line({ line: 6, areaCode: null, type: 'tollfree', quantity: 4, extra: [''] }),
  line({ line: 7, areaCode: '415', quantity: 5, extra: ['Ümlaut 😀'] }),
  line({ line: 8, areaCode: '646', quantity: 26, extra: ['x'] }),
  line({ line: 9, areaCode: '416', type: 'canadian_local', quantity: 3, extra: ['x'] }),
  line({ line: 10, areaCode: '702', quantity: 7, extra: ['x'] }),
  line({ line: 11, areaCode: '808', quantity: 8, extra: ['x'] }),
];

const MANY = Array.from({ length: 25 }, (_, n) => String(6465550100 + n));

const FATES: Fate[] = [
  filledWith('2125550101', '2125550100'),
  shortWith('3125550100'),
  refused,
  undelivered,
  filledWith(...MANY),
  answered('The answer ended too soon', '<html>\n\n  <b>Bad</b>\tGateway'),
  // One of them is another order's, so only the other number is certain.
  filledWith('4165550100', '2125550100'),
  'cancelled',
  'sending',
];

/** The text of a file, line by line: CRLF ends each. */
const file = (...lines: string[]) => `\ufeff${lines.map((each) => `${each}\r\n`).join('')}`;

describeOnALedger('the tables of a plan', (given) => {
  let plan: SmallPlan;
  const text = (name: ResultName) => given.textOf(plan, name);
  const id = (ordinal: number) => plan.orders[ordinal - 1];

  beforeAll(async () => {
    plan = await given.planWith(LINES, ['Campaign']);
    await given.decide(plan, FATES);
    await given.stopClock(AT);
  });

  test('numbers.csv has a row for each number, in the order of the plan', async () => {
    expect(await text('numbers.csv')).toBe(
      file(
        'line,order,area_code,type,number,e164,bought_at,asked_area_code,rung,miles,region,' +
          'outside,Campaign',
        `2,${id(1)},212,local,2125550100,+12125550100,${AT},212,,,New York,,Spring`,
        `2,${id(1)},212,local,2125550101,+12125550101,${AT},212,,,New York,,Spring`,
        `4,${id(2)},312555,local,3125550100,+13125550100,${AT},312555,,,Illinois,,` +
          '"""Sum\nmer"", late"',
        ...MANY.map(
          (number) => `8,${id(5)},646,local,${number},+1${number},${AT},646,,,New York,,x`,
        ),
        `9,${id(7)},416,canadian_local,4165550100,+14165550100,${AT},416,,,Ontario,,x`,
      ),
    );
  });

  test('lines.csv has a row for each line, with what became of its numbers', async () => {
    expect(await text('lines.csv')).toBe(
      file(
        'line,area_code,type,requested,bought,short,refused,undelivered,unknown,' +
          'cancelled,pending,status,reason,substituted,Campaign',
        '2,212,local,2,2,0,0,0,0,0,0,filled,,0,Spring',
        '4,312555,local,3,1,2,0,0,0,0,0,short,Only some of them,0,"""Sum\nmer"", late"',
        '6,,tollfree,4,0,0,4,0,0,0,0,refused,the vendor said refused,0,',
        '7,415,local,5,0,0,0,5,0,0,0,undelivered,the vendor said not_sent,0,Ümlaut 😀',
        '8,646,local,26,25,0,0,0,1,0,0,unknown,The answer ended too soon,0,x',
        '9,416,canadian_local,3,1,0,0,0,2,0,0,unknown,Numbers that the vendor named and other ' +
          'orders have: 1,0,x',
        '10,702,local,7,0,0,0,0,0,7,0,cancelled,,0,x',
        '11,808,local,8,0,0,0,0,0,0,8,pending,,0,x',
      ),
    );
  });

  test('remainder.csv is a plan of what was not bought, except unknown and pending', async () => {
    expect(await text('remainder.csv')).toBe(
      file(
        'area_code,quantity,type,fill_quantity,cleansed_only,distance,sms_supported,order_slot,' +
          'allow_overlay,fallback,keep_trying,Campaign',
        '312555,2,local,0,,,,,,,,"""Sum\nmer"", late"',
        ',4,tollfree,0,,,,,,,,',
        '415,5,local,0,,,,,,,,Ümlaut 😀',
        '702,7,local,0,,,,,,,,x',
      ),
    );
  });

  test('unknown.csv has a row for each order that needs a person, with its evidence', async () => {
    expect(await text('unknown.csv')).toBe(
      file(
        'order,line,area_code,type,quantity,sent_at,what_happened,evidence',
        `${id(6)},8,646,local,1,${AT},The answer ended too soon,answer: <html> <b>Bad</b> Gateway`,
        `${id(7)},9,416,canadian_local,2,${AT},Numbers that the vendor named and other orders ` +
          'have: 1,disputed: 2125550100',
      ),
    );
  });

  test.each([';', '\t', '|'])('a plan separated by %j has results that are, too', async (own) => {
    const lines = [line({ quantity: 5, extra: [`a${own}b,c`] })];
    const other = await given.planWith(lines, ['Note'], { delimiter: own });
    await given.decide(other, [refused]);
    expect(await given.textOf(other, 'remainder.csv')).toBe(
      file(
        [...REMAINDER, 'Note'].join(own),
        ['212', '5', 'local', '0', ...Array(7).fill(''), `"a${own}b,c"`].join(own),
      ),
    );
  });

  test('a plan with nothing bought, missing or unknown has only headers', async () => {
    const fresh = await given.planWith([line()]);
    for (const name of ['numbers.csv', 'remainder.csv', 'unknown.csv'] as const) {
      expect(await given.rowsOf(fresh, name)).toEqual([]);
      expect(await given.textOf(fresh, name)).toMatch(/^\ufeff[a-z_,0-9]+\r\n$/);
    }
  });

  test('a plan has no rows of another one', async () => {
    const others = [await given.planWith([line()]), await given.planWith([line()])];
    for (const other of others) await given.decide(other, [unknown]);
    expect(await given.rowsOf(others[0]!, 'unknown.csv')).toHaveLength(1);
    expect(await given.rowsOf(others[0]!, 'lines.csv')).toHaveLength(1);
    expect(await given.rowsOf(others[0]!, 'numbers.csv')).toEqual([]);
  });

  test('lines whose orders are gone are reported, and not taken for others', async () => {
    const broken = await given.planWith([line(), line({ line: 3 }), line({ line: 4 })]);
    await given.sql('delete from ledger.orders where id = $1', [broken.orders[1]]);
    await expect(given.textOf(broken, 'lines.csv')).rejects.toMatchObject({
      code: 'law_broken',
      details: { plan: broken.id, line: 3 },
    });
  });

  test.each<[string, Fate[]]>([
    ['filled', [filled, filled]],
    ['short', [filled, short]],
    ['cancelled', [short, 'cancelled']],
    ['undelivered', [undelivered, 'cancelled']],
    ['refused', [undelivered, refused]],
    ['pending', [refused, 'sending']],
    ['pending', [filled, 'waiting']],
    ['unknown', [unknown, 'sending']],
  ])('a line is %s when that is what most needs a person', async (status, fates) => {
    const mixed = await given.planWith([line({ quantity: 50 })]);
    await given.decide(mixed, fates);
    expect(await given.rowsOf(mixed, 'lines.csv')).toMatchObject([{ status }]);
  });

  test('a number is outside when its order cannot have asked for it', async () => {
    const areas = ['212', '312555', '800'];
    const ways = [{}, { distance: 0 }, { distance: 5 }, { allowOverlay: true }];
    const local = (['local', 'canadian_local'] as const).flatMap((type) =>
      areas.flatMap((areaCode) => ways.map((way) => ({ type, areaCode, ...way }))),
    );
    const free = (['tollfree', 'true800'] as const).map((type) => ({ type, areaCode: null }));
    const mayOverlay = ({ areaCode, allowOverlay }: Partial<Line>) =>
      !allowOverlay || areaCode?.length === 6;
    const asked = [...local.filter(mayOverlay), ...free].map((each, at) =>
      line({ ...each, line: at + 2, quantity: 25 }),
    );
    const other = await given.planWith(asked);
    await given.sql(
      `insert into ledger.numbers (number, order_id)
       select rpad(prefix, 6, '0')::bigint * 10000 + id % 10000000, id
       from ledger.orders, unnest($2::text[]) prefix where plan_id = $1`,
      [other.id, ['212', '312', '312555', '416', '800', '888']],
    );
    const rows = await given.rowsOf(other, 'numbers.csv');
    expect(rows.map(({ line, number, outside }) => [line, number, outside])).toEqual(
      rows.map(({ line, number = '' }) => {
        const order = asked.find((each) => String(each.line) === line)!;
        return [line, number, fits(order, number) ? '' : '1'];
      }),
    );
    expect(new Set(rows.map(({ outside }) => outside)).size).toBe(2);
    expect(rows).toHaveLength(6 * asked.length);
  });

  test('pages join without a row lost or given twice', async () => {
    const { ledger } = given;
    const lines = Array.from({ length: 2_100 }, (_, n) => line({ line: n + 2, quantity: 2 }));
    const long = await given.planWith(lines);
    await fillEverySecond(ledger, long.id);
    const isUnknown = (at: number) => at % 2 === 0 || isInGap(at + 1);
    const numbers = await given.rowsOf(long, 'numbers.csv');
    const bought = lines.filter((_, at) => !isUnknown(at));
    expect(numbers.map((row) => Number(row.line))).toEqual(
      bought.flatMap(({ line }) => [line, line]),
    );
    expect(new Set(numbers.map((row) => row.number)).size).toBe(2 * bought.length);
    const unknowns = await given.rowsOf(long, 'unknown.csv');
    expect(unknowns.map((row) => Number(row.order))).toEqual(
      long.orders.filter((_, at) => isUnknown(at)),
    );
    const rows = await given.rowsOf(long, 'lines.csv');
    expect(rows.map((row) => [Number(row.line), row.status])).toEqual(
      lines.map(({ line }, at) => [line, isUnknown(at) ? 'unknown' : 'filled']),
    );
  });
});

/** Longer than two pages of 500 orders: there is one without a number. */
const GAP = [600, 1_700] as const;
const isInGap = (ordinal: number) => ordinal >= GAP[0] && ordinal <= GAP[1];

/**
 * Orders with an even id become filled, but for those in a gap, the others unknown; by the
 * thousand, and so past the ledger.
 */
async function fillEverySecond(ledger: Ledger, planId: number): Promise<void> {
  const isFilled = `(id % 2 = 0 and id % 10000000 not between ${GAP.join(' and ')})`;
  const operations = [
    "update ledger.orders set state = 'sending', attempts = 1 where plan_id = $1",
    `insert into ledger.attempts (order_id, no, worker, outcome)
     select id, 1, 'worker 1', case when ${isFilled} then 'filled' else 'unknown' end
     from ledger.orders where plan_id = $1`,
    `insert into ledger.numbers (number, order_id)
     select 9000000000 + 2 * (id % 10000000) + nth, id from ledger.orders, generate_series(0, 1) nth
     where plan_id = $1 and ${isFilled}`,
    `update ledger.orders set bought = case when ${isFilled} then 2 else 0 end,
       state = case when ${isFilled} then 'filled' else 'unknown' end where plan_id = $1`,
  ];
  for (const operation of operations) await sql(ledger, operation, [planId]);
}
