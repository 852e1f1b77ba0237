/** Plays one schedule after the other, several at a time. */
import { rmSync } from 'node:fs';
import { postgresServer } from '../support/postgres-server.ts';
import { add, type Figures, inShort, NOTHING } from './figures.ts';
import { type Played, play } from './play.ts';
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
  /** Everything is written in here. */
  folder: string;
  say: (line: string) => void;
} & Wishes;

export async function soak({ seed, next, lanes, folder, say, ...wishes }: Soak): Promise<Figures> {
  let total = NOTHING;
  let laneFault: unknown;

  async function lane(): Promise<void> {
    const postgres = await postgresServer(folder);
    try {
      await postgres.start();
      for (let n = next(); n !== undefined && !laneFault; n = next()) {
        const startedAt = performance.now();
        const played = await play(scheduleOf(seed, n, wishes), { postgres, folder });
        total = add(total, played.figures);
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        say(`schedule ${n}: ${inShort(played.figures)}; ${seconds} s`);
        if (played.breaches.length > 0) for (const line of complaint(seed, n, played)) say(line);
      }
    } catch (error) {
      laneFault = error;
      throw error;
    } finally {
      await postgres.discard();
    }
  }

  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  return total;
}

function complaint(seed: number, number: number, { breaches, evidence }: Played): string[] {
  return [
    `BREACH: seed ${seed}, schedule ${number}. Again: npm run drill -- --seed ${seed} --schedule ${number}`,
    ...breaches.map(
      ({ kind, order, detail }) =>
        `  ${kind}${order === null ? '' : `, order ${order}`}: ${detail}`,
    ),
    ...evidence.map((line) => `    ${line}`),
  ];
}
