import { ORDER_MAX, PLAN_ROOM } from '../order-size.ts';

/** The largest id of a plan, a line or an approval. */
export const INTEGER_MAX = 2 ** 31 - 1;

/** Order 340 of plan 12 is 120000340: a new split gives the same ids. Exact to plan 900,719,925. */
export function orderId(planId: number, ordinal: number): number {
  return planId * PLAN_ROOM + ordinal;
}

/** In SQL: the ids of a plan's orders are above it, up to where those of the next plan begin. */
export function orderIdsFrom(plan: string): string {
  return `(${plan} * ${PLAN_ROOM}::bigint)`;
}

/** The ids of a plan's orders, or of all, are above the first bound and below the second. */
export function orderBounds(planId?: number): [above: number, below: number] {
  if (planId === undefined) return [0, Number.MAX_SAFE_INTEGER];
  return [orderId(planId, 0), orderId(planId + 1, 0)];
}

/** In SQL: whether a plan's orders lie within the bounds $1 and $2. An index on its id serves. */
export const isPlanWithin = (plan: string): string =>
  `${plan} between $1 / ${PLAN_ROOM}::bigint and ($2 - 1::bigint) / ${PLAN_ROOM}`;

/** In SQL: whether an id is of one of the plan's orders. */
export const isOfPlan = (id: string, plan: string): string =>
  `${id} > ${orderIdsFrom(plan)} and ${id} < ${orderIdsFrom(`(${plan} + 1)`)}`;

/** In SQL: whether an id is of one of the orders into which that line of a plan was split. */
export const isOfLine = (id: string, line: string): string =>
  `${id} >= ${orderIdsFrom(`${line}.plan_id`)} + ${line}.first_order
    and ${id} < ${orderIdsFrom(`${line}.plan_id`)} + ${line}.first_order + ${ordersOfLine(line)}`;

/** In SQL: the first order of the family of the order of that alias. */
export function rootOf(alias: string): string {
  return `coalesce(${alias}.root, ${alias}.id)`;
}

/**
 * In SQL: how a witness names plan `p`: by its file, and which copy of it. The same file can mean
 * other orders, so its numbers and what its fallbacks mean are part of the name.
 */
export const PLAN_KEY =
  "p.sha256 || ':' || p.copy || ':' || p.requested || coalesce(':' || p.ladders_hash, '')";

const KEY_PARTS = ['sha256', 'copy', 'numbers', 'ladders'] as const;

/** In SQL: a part of such a name, as text; empty when it has none. */
export const keyPart = (key: string, part: (typeof KEY_PARTS)[number]): string =>
  `split_part(${key}, ':', ${KEY_PARTS.indexOf(part) + 1})`;

/** In SQL: whether there is no order of that id: a lost successor that is not made again yet. */
export const isUnmade = (id: string): string =>
  `not exists (select from ledger.orders o where o.id = ${id})`;

/** In SQL: the line of the file for which the line of that alias buys. */
export function askedLine(alias: string): string {
  return `coalesce(${alias}.asked_line, ${alias}.line)`;
}

/** Which order of its plan it is, from 1. */
export function ordinalOf(id: number): number {
  return id % PLAN_ROOM;
}

export function planOf(id: number): number {
  return Math.floor(id / PLAN_ROOM);
}

/** In SQL: how many orders a line takes, as `orderCount` says it. The alias is of ledger.lines. */
export function ordersOfLine(alias: string): string {
  return `(${alias}.quantity + ${ORDER_MAX - 1}) / ${ORDER_MAX}`;
}
