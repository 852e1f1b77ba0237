import { wishOf } from '../../src/evidence/fits.ts';
import { type Ladder, laddersHash, type Step } from '../../src/fallback/index.ts';
import { orderCount } from '../../src/order-size.ts';
import type { Line, PlanCheck } from '../../src/plan/index.ts';
import { checkOf as checkOfLines } from '../support/plans.ts';

/** A line, and what may be bought in place of its own numbers. */
export type PlannedLine = Line & { fallback: string | null; keepTrying: string | null };

/** A plan's file, as it has been read. */
export type Plan = {
  name: string;
  sha256: string;
  lines: PlannedLine[];
  /** What the fallbacks of its lines mean. */
  ladders: Ladder[];
  /** When it is submitted, ms. */
  at: number;
  /** When a person ends the tries of its standing lines, ms. */
  closesAt: number;
};

/** What its check says. */
export function checkOf({ sha256, lines, ladders }: Plan): PlanCheck {
  const check = checkOfLines(lines, sha256, ladders);
  const { lines: count, orders, numbers } = check;
  const none = { lines: 0, orders: 0, numbers: 0 };
  return {
    ...{ ...check, slots: 0, numberingDate: null },
    types: {
      ...{ tollfree: none, true800: none, canadian_local: none },
      local: { lines: count, orders, numbers },
    },
    mayBeTollfree: { local: 0, tollfree: 0, true800: 0, canadian_local: 0 },
  };
}

/** An order as the plan's file says it, under its name in the vendor's books. */
export type PlannedOrder = {
  key: string;
  ordinal: number;
  /** Which of the plan's orders its family begins with. */
  root: number;
  line: PlannedLine;
  /** Where it buys in place of its line's own numbers; null: it asks for the line's own. */
  step: Step | null;
  /** Orders of one wish are interchangeable: it does not matter which of them gets a number. */
  wish: string;
};

/** The orders that the plan is split into. */
export function ordersOf(plan: Plan): PlannedOrder[] {
  return plan.lines
    .flatMap((line) => Array.from({ length: orderCount(line.quantity) }, () => line))
    .map((line, at) => orderOf(plan, line, at + 1));
}

/** Any order of the plan, also a successor: its place says what it asks for. */
export function orderAt(plan: Plan, ordinal: number): PlannedOrder {
  const first = ordersOf(plan);
  const root = ((ordinal - 1) % first.length) + 1;
  const order = first[root - 1];
  if (!order) throw new Error(`${plan.name} has no order ${ordinal}.`);
  const steps = stepsOf(plan, order.line);
  const generation = (ordinal - root) / first.length;
  const step = steps[(generation % (steps.length + 1)) - 1];
  return { ...orderOf(plan, order.line, ordinal, step), root };
}

/** The order of that name in the vendor's books; undefined: it is of another plan. */
export function orderNamed(plan: Plan, key: string): PlannedOrder | undefined {
  const [planKey, ordinal] = key.split(' ');
  return planKey === planKeyOf(plan) ? orderAt(plan, Number(ordinal)) : undefined;
}

/**
 * The plan's lines, in groups that may buy the same numbers, themselves or one through another.
 * Within a group it is the sum that counts.
 */
export function groupsOf(plan: Plan): PlannedLine[][] {
  const groups: { lines: PlannedLine[]; wishes: Set<string> }[] = [];
  for (const line of plan.lines) {
    const own = { lines: [line], wishes: new Set(wishesOf(plan, line)) };
    const touching = groups.filter(({ wishes }) => !wishes.isDisjointFrom(own.wishes));
    for (const group of touching) {
      groups.splice(groups.indexOf(group), 1);
      own.lines.push(...group.lines);
      for (const wish of group.wishes) own.wishes.add(wish);
    }
    groups.push(own);
  }
  return groups.map(({ lines }) => lines);
}

/** All that a line may ask for. */
export function wishesOf(plan: Plan, line: PlannedLine): string[] {
  return [null, ...stepsOf(plan, line)].map((step) => wishText(plan, line, step));
}

function stepsOf({ ladders }: Plan, line: PlannedLine): Step[] {
  const areaCode = line.areaCode?.slice(0, 3) ?? null;
  const ladder = ladders.find(
    (each) => each.areaCode === areaCode && each.fallback === line.fallback,
  );
  return ladder?.steps ?? [];
}

function orderOf(plan: Plan, line: PlannedLine, ordinal: number, step: Step | null = null) {
  const key = `${planKeyOf(plan)} ${ordinal}`;
  return { key, ordinal, root: ordinal, line, step, wish: wishText(plan, line, step) };
}

function wishText({ name }: Plan, line: PlannedLine, step: Step | null): string {
  const { areaCode, type } = step ?? line;
  const wide = step ? { distance: null, allowOverlay: null } : {};
  return `${name} ${wishOf({ ...line, ...wide, areaCode, type, plan: 0 })}`;
}

/** As a witness names it. */
export function planKeyOf(plan: Plan): string {
  const hash = laddersHash(plan.ladders);
  return `${plan.sha256}:0:${checkOf(plan).numbers}${hash === null ? '' : `:${hash}`}`;
}
