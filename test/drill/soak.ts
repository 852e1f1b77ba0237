/** Plays one schedule after the other, several at a time. */
import { rmSync } from 'node:fs';
import { inspect } from 'node:util';
import { postgresServer } from '../support/postgres-server.ts';
import type { PrivateServer } from '../support/server-process.ts';
import { add, type Figures, inShort, NOTHING } from './figures.ts';
import { play } from './play.ts';
import { scheduleOf, type Wishes } from './schedule.ts';

export type Soak = {
  seed: number;
  /** The next one to play; undefined: it is enough. */
  next: () => number | undefined;
  /**
   * How many are played at a time. After a kill a schedule waits for a deadline, so that several
   * share a processor well; each lane has servers of its own, since some faults hit a whole server.
   */
  lanes: number;
  /** Everything is written in here; gone at the end. */
  folder: string;
  say: (line: string) => void;
} & Wishes;

export async function soak({ seed, next, lanes, folder, say, ...wishes }: Soak): Promise<Figures> {
  let total = NOTHING;

  async function lane(): Promise<void> {
    let postgres: PrivateServer | undefined;
    try {
      const shared = async () => {
        postgres ??= await postgresServer(folder);
        await postgres.start();
        return postgres;
      };
      for (let n = next(); n !== undefined; n = next()) {
        if (await playOne(n, shared)) continue;
        // Nobody knows in what state it has been left.
        await postgres?.discard();
        postgres = undefined;
      }
    } finally {
      await postgres?.discard();
    }
  }

  async function playOne(n: number, shared: () => Promise<PrivateServer>): Promise<boolean> {
    const startedAt = performance.now();
    const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    try {
      const { figures, breaches, evidence } = await play(scheduleOf(seed, n, wishes), {
        shared,
        folder,
      });
      total = add(total, figures);
      say(`schedule ${n}: ${inShort(figures)}; ${seconds()}`);
      if (breaches.length > 0) {
        say(again(n));
        for (const { kind, order, detail } of breaches) {
          say(`  ${kind}${order === null ? '' : `, order ${order}`}: ${detail}`);
        }
        for (const line of evidence) say(`    ${line}`);
      }
      return true;
    } catch (error) {
      total = add(total, { ...NOTHING, schedules: 1, breaches: 1 });
      say(`schedule ${n} could not be played: ${inspect(error)}; ${seconds()}`);
      say(again(n));
      return false;
    }
  }

  const pairs = wishes.pairs ? ' --pairs' : '';
  const again = (n: number) =>
    `BREACH: seed ${seed}, schedule ${n}. Again: npm run drill -- --seed ${seed}${pairs} ` +
    `--schedule ${n}`;

  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  return total;
}
