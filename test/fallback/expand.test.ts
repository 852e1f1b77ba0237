import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Expander, type Ladder } from '../../src/fallback/index.ts';
import { embeddedNumbering } from '../../src/numbering/index.ts';

const numbering = embeddedNumbering();
const today = '2026-08-17';
const expander = new Expander({ numbering, today });

type Asked = { type?: Ladder['type']; areaCode?: string | null; fallback: string };

function expand({ type = 'local', areaCode = '212', fallback }: Asked) {
  return expander.expand({ type, areaCode }, fallback);
}

function stepsOf(asked: Asked): Ladder['steps'] {
  const found = expand(asked);
  if ('because' in found) throw new Error(found.because);
  return found.steps;
}

const codesOf = (asked: Asked) => stepsOf(asked).map(({ areaCode }) => areaCode);

describe('a ladder', () => {
  test('has one step for each area code, in the order of the cell', () => {
    const fallback = 'overlay:10 nearby:10+cross tollfree:5';
    const common = { rung: 2, name: 'nearby:10+cross', type: 'local', cap: null };
    expect(expand({ fallback })).toEqual({
      type: 'local',
      areaCode: '212',
      fallback,
      steps: [
        { rung: 1, name: 'overlay', areaCode: '332', type: 'local', miles: 0, cap: 10 },
        { rung: 1, name: 'overlay', areaCode: '646', type: 'local', miles: 0, cap: 10 },
        { rung: 1, name: 'overlay', areaCode: '917', type: 'local', miles: 2.2, cap: 10 },
        { ...common, areaCode: '347', miles: 3 },
        { ...common, areaCode: '465', miles: 3 },
        { ...common, areaCode: '718', miles: 3 },
        { ...common, areaCode: '929', miles: 3 },
        { ...common, areaCode: '201', miles: 9.2 },
        { ...common, areaCode: '551', miles: 9.2 },
        { rung: 3, name: 'tollfree', areaCode: null, type: 'tollfree', miles: null, cap: 5 },
      ],
    });
  });

  test('leaves the area codes of a rung with the cap 0 to no other rung', () => {
    expect(codesOf({ fallback: 'overlay:0 nearby:3+cross' })).toEqual(['347', '465', '718', '929']);
    expect(codesOf({ fallback: 'nearby:3+cross' })).toContain('332');
    expect(codesOf({ fallback: 'overlay:0 tollfree:0' })).toEqual([]);
  });

  test('stays in the state, unless it may cross', () => {
    expect(codesOf({ fallback: 'nearby:10' })).not.toContain('201');
    expect(codesOf({ fallback: 'nearby:10+cross' })).toContain('201');
  });

  test('stays in the country and keeps the type', () => {
    const steps = stepsOf({ type: 'canadian_local', areaCode: '226', fallback: 'nearby:90+cross' });
    const countries = steps.map(({ areaCode }) => numbering.find(areaCode!)?.country);
    expect(new Set(countries)).toEqual(new Set(['CA']));
    expect(new Set(steps.map(({ type }) => type))).toEqual(new Set(['canadian_local']));
  });

  test('has a state by miles, and the codes without a centre last, by code', () => {
    const steps = stepsOf({ areaCode: '248', fallback: 'state' });
    const miles = steps.map((step) => step.miles);
    expect(miles.at(-1)).toBeNull();
    const known = miles.filter((each) => each !== null);
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    const unknown = codesOf({ areaCode: '906', fallback: 'state' });
    expect(unknown).toEqual(unknown.toSorted());
  });

  test('has the area codes of to: as they are written', () => {
    expect(codesOf({ fallback: 'to:646+907+332' })).toEqual(['646', '907', '332']);
  });

  test('has no second step for an area code of an earlier rung', () => {
    expect(codesOf({ fallback: 'overlay to:332+202 to:646' })).toEqual([
      '332',
      '646',
      '917',
      '202',
    ]);
    expect(codesOf({ areaCode: '208', fallback: 'overlay state' })).toEqual(['986']);
  });

  test('leaves out what is not yet in service', () => {
    const codesOn = (day: string) => {
      const found = new Expander({ numbering, today: day }).expand(
        { type: 'canadian_local', areaCode: '418' },
        'overlay',
      );
      return 'because' in found ? [] : found.steps.map(({ areaCode }) => areaCode);
    };
    expect(codesOn(today)).not.toContain('273');
    expect(codesOn('2027-12-31')).toContain('273');
  });

  test('of true 800 numbers has toll-free ones', () => {
    const asked = { type: 'true800', areaCode: null, fallback: 'tollfree' } as const;
    expect(stepsOf(asked)).toEqual([
      { rung: 1, name: 'tollfree', areaCode: null, type: 'tollfree', miles: null, cap: null },
    ]);
  });

  test('of a line whose area code is of no place has what it names', () => {
    expect(codesOf({ areaCode: '555', fallback: 'to:332 tollfree' })).toEqual(['332', null]);
  });

  test('of a line of the wrong country may name either country', () => {
    expect(codesOf({ areaCode: '416', fallback: 'to:212+437' })).toEqual(['212', '437']);
  });
});

describe('a problem is', () => {
  test.each([
    ['no overlay', '907', 'overlay', 'finds nothing: 907 has no overlay'],
    [
      'nothing near',
      '907',
      'nearby:5',
      'no area code of the same state lies within 5 miles of 907',
    ],
    ['nothing near at all', '907', 'nearby:5+cross', ': no area code lies within 5 miles of 907'],
    ['an unknown centre', '906', 'nearby:50', 'the centre of 906 is not known'],
    ['one area code in a state', '907', 'state', '907 is the only area code of Alaska'],
    ["the line's own area code", '212', 'to:332+212', "names 212, the line's own area code"],
    ['a country that differs', '212', 'to:416', 'names 416, which is in Ontario'],
    ['an island', '212', 'to:809', 'names 809, which is in Dominican Republic'],
    ['an area code that is not assigned', '212', 'to:935', 'names 935, which is not assigned'],
    ['one that comes later', '912', 'to:565', 'names 565, which is not yet in service'],
    ['a toll-free code', '212', 'to:888', 'names 888, a toll-free code'],
    ['a code of no place', '212', 'to:500', 'names 500, which belongs to no place'],
    ['an unknown place', '555', 'overlay', 'because the place of 555 is unknown'],
    ['no place nearby', '935', 'nearby:25', 'because the place of 935 is unknown'],
    ['a state of no place', '888', 'state', 'because the place of 888 is unknown'],
    ['a cell that cannot be read', '212', 'city', 'has an unknown rung "city"'],
  ])('%s', (_what, areaCode, fallback, because) => {
    expect(expand({ areaCode, fallback })).toMatchObject({
      because: expect.stringContaining(because),
      advice: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });
});

test('no area code comes twice, and none is the own, of another country or out of service', () => {
  const own = fc.constantFrom(
    ...numbering.all().filter(({ kind, country }) => kind === 'geographic' && country !== null),
  );
  const rungs = fc.uniqueArray(
    fc.constantFrom('overlay', 'nearby:40', 'nearby:90+cross', 'state', 'tollfree'),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(own, rungs, ({ code, country }, rungs) => {
      const found = expand({ areaCode: code, fallback: rungs.join(' ') });
      if ('because' in found) return;
      const codes = found.steps.map(({ areaCode }) => areaCode);
      expect(new Set(codes).size).toBe(codes.length);
      expect(codes).not.toContain(code);
      for (const each of codes.filter((areaCode) => areaCode !== null)) {
        expect(numbering.find(each)?.country).toBe(country);
        expect(numbering.isInService(each, today)).toBe(true);
      }
      const order = found.steps.map(({ rung }) => rung);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }),
  );
});
