import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/fallback/index.ts';
import { nextStep } from '../../../src/ledger/successors/next-step.ts';

const step = (rung: number, cap: number | null = null): Step => ({
  rung,
  name: 'overlay',
  areaCode: '332',
  type: 'local',
  miles: null,
  cap,
});

const room = (now: number, later = now) => ({ now, later });

const FAMILY = { ordinal: 3, planOrders: 10, lacking: 13, fillQuantity: false, ...at(0) };

/** A family whose newest member is of that generation, and lacks something. */
function at(newest: number, isTriedAgain = false) {
  return { newest, lacksFrom: newest, isTriedAgain };
}
const ANY = { again: false, keepsTrying: false, roomFor: () => room(Infinity) };

describe('the next step of a family', () => {
  test('is the first one of the ladder, for all that is lacking', () => {
    const next = nextStep(FAMILY, [step(1), step(2)], ANY);
    expect(next).toEqual({ generation: 1, step: 1, quantity: 13 });
  });

  test('is the one after the last that was taken', () => {
    const next = nextStep({ ...FAMILY, ...at(1) }, [step(1), step(2)], ANY);
    expect(next).toEqual({ generation: 2, step: 2, quantity: 13 });
  });

  test('passes over a rung without room, and its generation stays unused', () => {
    const roomFor = ({ rung }: Step) => room(rung === 1 ? 0 : 5);
    const next = nextStep(FAMILY, [step(1), step(1), step(2)], { ...ANY, roomFor });
    expect(next).toEqual({ generation: 3, step: 3, quantity: 5 });
  });

  test('is not taken for a part of an order that is all or nothing', () => {
    const roomFor = ({ rung }: Step) => room(rung === 1 ? 12 : 13);
    const whole = { ...FAMILY, fillQuantity: true };
    const next = nextStep(whole, [step(1), step(2)], { ...ANY, roomFor });
    expect(next).toEqual({ generation: 2, step: 2, quantity: 13 });
  });

  test('is none after the last one, unless the line keeps trying', () => {
    const family = { ...FAMILY, ...at(2) };
    const steps = [step(1), step(2)];
    expect(nextStep(family, steps, ANY)).toBe('done');
    expect(nextStep(family, steps, { ...ANY, keepsTrying: true })).toBe('wait');
    expect(nextStep(family, steps, { ...ANY, keepsTrying: true, again: true })).toEqual({
      generation: 3,
      step: 0,
      quantity: 13,
    });
  });

  test('begins with the ladder again in each try', () => {
    const tried = { ...FAMILY, ...at(3, true) };
    const next = nextStep(tried, [step(1), step(2)], { ...ANY, keepsTrying: true });
    expect(next).toEqual({ generation: 4, step: 1, quantity: 13 });
  });

  test('of a new try is none when the line keeps trying no more', () => {
    expect(nextStep({ ...FAMILY, ...at(1) }, [step(1), step(2)], ANY)).toMatchObject({ step: 2 });
    expect(nextStep({ ...FAMILY, ...at(4, true) }, [step(1), step(2)], ANY)).toBe('done');
  });

  test('is decided later while another order holds the room of its rung', () => {
    const roomFor = () => room(0, 5);
    expect(nextStep(FAMILY, [step(1)], { ...ANY, roomFor })).toBe('later');
    expect(nextStep(FAMILY, [step(1)], { ...ANY, roomFor: () => room(0, 0) })).toBe('done');
    expect(nextStep(FAMILY, [step(1)], { ...ANY, roomFor, keepsTrying: true })).toBe('wait');
  });

  test('after a refused order that was sent again is the one behind it', () => {
    const family = { ...FAMILY, newest: 2, lacksFrom: 1 };
    const steps = [step(1), step(2), step(3)];
    expect(nextStep(family, steps, ANY)).toEqual({ generation: 6, step: 2, quantity: 13 });
    expect(nextStep({ ...family, newest: 6, lacksFrom: 6 }, steps, ANY)).toMatchObject({ step: 3 });
  });

  test('without a ladder is the same area code again, try after try', () => {
    const again = { ...ANY, keepsTrying: true, again: true };
    for (const generation of [0, 1, 2]) {
      const next = nextStep({ ...FAMILY, ...at(generation, generation > 0) }, [], again);
      expect(next).toEqual({ generation: generation + 1, step: 0, quantity: 13 });
    }
  });

  test('is none where the ids of the plan end', () => {
    const large = { ...FAMILY, planOrders: 2_000_000, ...at(4, true) };
    expect(nextStep(large, [], { ...ANY, keepsTrying: true, again: true })).toBe('full');
    expect(nextStep({ ...large, ...at(3, true) }, [], { ...ANY, keepsTrying: true })).toBe('wait');
  });
});
