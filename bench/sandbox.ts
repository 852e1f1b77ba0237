/** The vendor of a benchmark: our sandbox, in a process of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Books, SHORT_STOCK } from '../src/sandbox/index.ts';
import { startCommand } from './program.ts';

export type Vendor = {
  url: string;
  pid: number;
  /** How many orders have arrived so far. */
  arrivals(): Promise<number>;
  books(): Promise<Books>;
  stop(): Promise<void>;
};

export async function startVendor(folder: string, latencyMs: number): Promise<Vendor> {
  const command = ['sandbox', '--port', '0', '--latency', String(latencyMs)];
  const server = startCommand(command, folder, {});
  const [, url = ''] = await server.saying(/"url":\s*"([^"]+)"/);
  const ask = async (path: string) => (await fetch(new URL(path, url))).json();
  return {
    url,
    pid: server.pid,
    arrivals: async () => ((await ask('/sandbox/')) as Books).lastId,
    books: async () => (await ask('/sandbox/books')) as Books,
    stop: () => server.stop(),
  };
}

/** Area codes with the sandbox's usual 10,000 numbers each. */
export const AREAS = Array.from({ length: 799 }, (_, n) => n + 200).filter(
  (area) => ![555, 800, 833, 844, 855, 866, 877, 888].includes(area) && !(area in SHORT_STOCK),
);

/** A plan of `orders` orders for `numbers` numbers each, a line an order. Returns its path. */
export function writePlan(folder: string, { orders, numbers, search = areaOf }: PlanShape): string {
  const path = join(mkdtempSync(join(folder, 'plan-')), 'plan.csv');
  const lines = Array.from({ length: orders }, (_, nth) => `${search(nth)},${numbers}\n`);
  writeFileSync(path, `area_code,quantity\n${lines.join('')}`);
  return path;
}

export type PlanShape = {
  orders: number;
  numbers: number;
  /** What the nth line searches; the area codes in turn, unless said otherwise. */
  search?: (nth: number) => string;
};

export const areaOf = (nth: number): string => String(AREAS[nth % AREAS.length]);

/** For plans in which no two orders search the same, so that the books tell which order it was. */
export const exchangeOf = (nth: number): string =>
  `${areaOf(nth)}${200 + Math.floor(nth / AREAS.length)}`;
