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

const FAMILY = { ordinal: 3, planOrders: 10, generation: 0, lacking: 13, fillQuantity: false };
const ANY = { again: false, keepsTrying: false, roomFor: () => Infinity };

describe('the next step of a family', () => {
  test('is the first one of the ladder, for all that is lacking', () => {
    const next = nextStep(FAMILY, [step(1), step(2)], ANY);
    expect(next).toEqual({ generation: 1, step: 1, quantity: 13 });
  });

  test('is the one after the last that was taken', () => {
    const next = nextStep({ ...FAMILY, generation: 1 }, [step(1), step(2)], ANY);
    expect(next).toEqual({ generation: 2, step: 2, quantity: 13 });
  });

  test('passes over a rung without room, and its generation stays unused', () => {
    const roomFor = ({ rung }: Step) => (rung === 1 ? 0 : 5);
    const next = nextStep(FAMILY, [step(1), step(1), step(2)], { ...ANY, roomFor });
    expect(next).toEqual({ generation: 3, step: 3, quantity: 5 });
  });

  test('is not taken for a part of an order that is all or nothing', () => {
    const roomFor = ({ rung }: Step) => (rung === 1 ? 12 : 13);
    const whole = { ...FAMILY, fillQuantity: true };
    const next = nextStep(whole, [step(1), step(2)], { ...ANY, roomFor });
    expect(next).toEqual({ generation: 2, step: 2, quantity: 13 });
  });

  test('is none after the last one, unless the line keeps trying', () => {
    const family = { ...FAMILY, generation: 2 };
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
    const tried = { ...FAMILY, generation: 3 };
    const next = nextStep(tried, [step(1), step(2)], { ...ANY, keepsTrying: true });
    expect(next).toEqual({ generation: 4, step: 1, quantity: 13 });
  });

  test('without a ladder is the same area code again, try after try', () => {
    const again = { ...ANY, keepsTrying: true, again: true };
    for (const generation of [0, 1, 2]) {
      const next = nextStep({ ...FAMILY, generation }, [], again);
      expect(next).toEqual({ generation: generation + 1, step: 0, quantity: 13 });
    }
  });

  test('is none where the ids of the plan end', () => {
    const large = { ...FAMILY, planOrders: 2_000_000, generation: 4 };
    expect(nextStep(large, [], { ...ANY, keepsTrying: true, again: true })).toBe('full');
    expect(nextStep({ ...large, generation: 3 }, [], { ...ANY, keepsTrying: true })).toBe('wait');
  });
});
