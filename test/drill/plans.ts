/** A schedule's plans as files, and the vendor's stock that they meet. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPlan, type PlanCheck } from '../../src/plan/index.ts';
import { fallbackOf } from './rungs.ts';
import type { PlannedOrder, Schedule } from './schedule.ts';

export type PlanFile = { name: string; path: string; check: PlanCheck };

export async function writePlan(
  folder: string,
  nth: number,
  { orders }: Schedule['plans'][number],
): Promise<PlanFile> {
  const name = `plan-${nth}.csv`;
  const path = join(folder, name);
  writeFileSync(path, csvOf(orders));
  return { name, path, check: await checkPlan(path) };
}

function csvOf(orders: PlannedOrder[]): string {
  const rows = orders.map(
    ({ search, quantity, fillQuantity, distance, rungs }) =>
      `${search},${quantity},${fillQuantity ? 1 : 0},${distance || ''},${fallbackOf(rungs)}\n`,
  );
  return `area_code,quantity,fill_quantity,distance,fallback\n${rows.join('')}`;
}

export function stockOf({ plans }: Schedule): Record<string, number> {
  return Object.fromEntries(
    plans.flatMap(({ orders }) =>
      orders
        .flatMap((order) => [order, ...order.rungs])
        .flatMap(({ search, stock }) => (stock === null ? [] : [[search, stock]])),
    ),
  );
}
