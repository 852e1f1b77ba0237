/** The faults that strike wherever the ledger is kept, and how faults take their turns. */
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../../src/errors.ts';
import { LIST_FAULTS, type ListFault } from '../../src/sandbox/index.ts';
import { isAway } from './patience.ts';
import type { Place, Scene, Strike } from './scene.ts';
import type { Fault } from './schedule.ts';

export function commonStrikes(scene: Scene) {
  const { workers, gateway, sandbox, clocks } = scene;

  async function stop({ whom, forMs }: Fault) {
    const wake = workers.stop(whom);
    if (!wake) return false;
    await pause(forMs);
    wake();
  }

  return {
    kill: ({ whom, forMs }) => replaced(scene, workers.kill(whom), forMs),
    async term({ whom, forMs }) {
      const end = workers.term(whom);
      if (!end) return false;
      await pause(forMs);
      workers.start();
      await end;
    },
    stop,
    long_stop: stop,
    vendor_gone: ({ forMs }) => gateway.shut(forMs),
    async list_lies({ whom, forMs }) {
      const lies = Object.keys(LIST_FAULTS) as ListFault[];
      sandbox.setListFault(lies[whom % lies.length]!);
      await pause(forMs);
      sandbox.setListFault(null);
    },
    async clock_set({ whom, forMs }) {
      if (!clocks) return false;
      const { database, workers } = clocks;
      const whose = [[workers], [database ?? workers], [workers, database ?? workers]][whom % 3]!;
      const seconds = JUMPS[whom % JUMPS.length]!;
      for (const clock of whose) clock.set(seconds);
      await pause(forMs);
      for (const clock of whose) clock.set(0);
    },
  } satisfies Record<string, Strike>;
}

/** Share of all orders between the copy that is put back and the moment when it is. */
export const LOSS = 0.15;

/** Seconds. */
const JUMPS = [3_600, -3_600, -300, 300];

/** Starts as many workers as were killed, `forMs` later. */
export async function replaced(scene: Scene, killed: number, forMs: number): Promise<boolean> {
  scene.kills += killed;
  await pause(forMs);
  for (let n = 0; n < killed; n++) scene.workers.start();
  return killed > 0;
}

/** All faults strike, each at its time; one each resolves when what was taken away is back. */
export function storm(scene: Scene, place: Place, faults: Fault[]): Promise<void>[] {
  const turns = new Map<string, Promise<unknown>>();
  return faults.map(async (fault) => {
    await scene.until(fault.at);
    const subject = place.subjects[fault.kind] ?? '';
    const strike = (subject ? (turns.get(subject) ?? Promise.resolve()) : Promise.resolve())
      .catch(() => {})
      .then(() => strikeOnce(scene, place, fault));
    turns.set(subject, strike);
    await strike;
  });
}

async function strikeOnce(scene: Scene, { strikes }: Place, fault: Fault): Promise<void> {
  const { struck } = scene;
  try {
    const strike = strikes[fault.kind];
    if (!strike || (await strike(fault)) === false) return;
    struck.set(fault.kind, (struck.get(fault.kind) ?? 0) + 1);
  } catch (error) {
    // Another fault was quicker: the server is away, the plan is not in that state any more, or a
    // ledger that went back does not know it.
    const isKnown = hasCode(error, 'wrong_state', 'queue_down', 'not_found');
    if (!isKnown && !isAway(error) && !isNetwork(error)) throw error;
  }
}

/** What a client of a server says that has just been killed. */
function isNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(ECONN|EPIPE|57P|08)/.test(code) ||
    /^(Connection (is closed|terminated)|Reached the max retries)/.test(error.message) ||
    /^(Stream isn't writeable|READONLY|LOADING)/.test(error.message)
  );
}
