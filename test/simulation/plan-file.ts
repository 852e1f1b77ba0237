import { type Line, orderCount, type PlanCheck } from '../../src/plan/index.ts';

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
    ...{ faultCount: 0, faultyRows: 0, faults: [], warningCount: 0, warnings: [] },
    ...{ extraColumns: [], encoding: 'utf-8', delimiter: ',' },
  };
}
