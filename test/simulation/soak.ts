import type { Database } from './database.ts';
import { play, type Run } from './run.ts';

export type Figures = {
  runs: number;
  lifetimes: number;
  /** Of these, for what another order was proven to lack. */
  successors: number;
  /** Simulated time, ms. */
  passed: number;
  /** Real time, ms. */
  took: number;
  faults: Map<string, number>;
  /** The runs that broke something. */
  broken: { run: number; breaches: string[]; faults: string[] }[];
};

/** The seed of one run of a soak: any two have different ones. */
export const seedOf = (seed: number, run: number) => seed * 1_000_003 + run;

/** Plays one run after the other, as long as `next` names one. */
export async function soak(
  database: Database,
  {
    seed,
    next,
    onRun,
  }: {
    seed: number;
    next: () => number | undefined;
    onRun?: (run: number, result: Run) => void;
  },
): Promise<Figures> {
  const figures: Figures = {
    ...{ runs: 0, lifetimes: 0, successors: 0, passed: 0, took: 0, faults: new Map(), broken: [] },
  };
  const startedAt = performance.now();
  for (let run = next(); run !== undefined; run = next()) {
    const result = await play(database, seedOf(seed, run));
    const { lifetimes, successors, passed, faults, breaches } = result;
    figures.runs += 1;
    figures.lifetimes += lifetimes;
    figures.successors += successors;
    figures.passed += passed;
    for (const name of faults) figures.faults.set(name, (figures.faults.get(name) ?? 0) + 1);
    figures.took = performance.now() - startedAt;
    if (breaches.length > 0) figures.broken.push({ run, breaches, faults });
    onRun?.(run, result);
  }
  return figures;
}

const DAY_MS = 86_400_000;

export function inFull({
  runs,
  lifetimes,
  successors,
  passed,
  took,
  faults,
  broken,
}: Figures): string {
  const perMinute = Math.round((lifetimes / took) * 60_000);
  return [
    `runs          ${runs}, ${broken.length} of them broke something`,
    `lifetimes     ${lifetimes} orders, ${perMinute} a minute`,
    `successors    ${successors} of them, for what another order lacked`,
    `simulated     ${(passed / DAY_MS).toFixed(2)} days in ${(took / 60_000).toFixed(1)} minutes`,
    ...[...faults].sort().map(([name, times]) => `${String(times).padStart(8)} × ${name}`),
  ].join('\n');
}
