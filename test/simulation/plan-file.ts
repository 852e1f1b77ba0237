import { wishOf } from '../../src/evidence/fits.ts';
import { ORDER_MAX, orderCount } from '../../src/order-size.ts';
import type { Line, PlanCheck } from '../../src/plan/index.ts';

/** A plan's file, as it has been read. */
export type Plan = {
  name: string;
  sha256: string;
  lines: Line[];
  /** When it is submitted, ms. */
  at: number;
};

/** What its check says. */
export function checkOf({ sha256, lines }: Plan): PlanCheck {
  const sum = (count: (quantity: number) => number) =>
    lines.reduce((total, { quantity }) => total + count(quantity), 0);
  const all = { lines: lines.length, orders: sum(orderCount), numbers: sum((n) => n) };
  const none = { lines: 0, orders: 0, numbers: 0 };
  return {
    ...{ ...all, sha256, bytes: 1, rows: lines.length, slots: 0 },
    types: { local: all, tollfree: none, true800: none, canadian_local: none },
    areaCodes: [],
    ...{ fallbackLines: 0, ladders: [], ladderWords: [], keepTryingLines: 0, numberingDate: null },
    ...{ faultCount: 0, faultyRows: 0, faults: [], warningCount: 0, warnings: [] },
    ...{ extraColumns: [], resultColumns: [], encoding: 'utf-8', delimiter: ',' },
  };
}

/** An order as the plan's file says it, under its name in the vendor's books. */
export type PlannedOrder = {
  key: string;
  ordinal: number;
  quantity: number;
  /** Orders of one group are interchangeable: their line gets what any of them buys. */
  group: string;
};

export function ordersOf({ name, sha256, lines }: Plan): PlannedOrder[] {
  let ordinal = 0;
  return lines.flatMap((line) =>
    Array.from({ length: orderCount(line.quantity) }, (_, part) => ({
      ordinal: ++ordinal,
      key: `${sha256}:0 ${ordinal}`,
      quantity: Math.min(ORDER_MAX, line.quantity - ORDER_MAX * part),
      group: `${name} ${wishOf({ ...line, plan: 0 })}`,
    })),
  );
}
