import { AppError } from '../../src/errors.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import type { Process } from './process.ts';

/** The network between processes and what they share, and what goes wrong on it. */
export type Wire = {
  /** Nothing gets through. */
  isAway: boolean;
  /** Raised when connections are cut: what is under way then gets no answer. */
  cuts: number;
  /** How likely something gets lost on the way there, or its answer on the way back. */
  loses: number;
  /** How likely something takes seconds. */
  hangs: number;
};

export const openWire = (): Wire => ({ isAway: false, cuts: 0, loses: 0, hangs: 0 });

/**
 * Asks something beyond the wire. What is lost on the way there is not done; what is lost on the
 * way back is. A process that has died meanwhile has still asked.
 */
export function ask<T>(
  { world, hear }: Process,
  wire: Wire,
  lost: () => Error,
  operation: () => T | Promise<T>,
): Promise<T> {
  const { chance } = world;
  const way = () =>
    chance.happens(wire.hangs) ? chance.between(500, 8_000) : 0.2 + chance.next() * 3;
  return new Promise((resolve, reject) => {
    const fail = () => world.after(way(), () => hear(() => reject(lost())));
    const { cuts } = wire;
    world.after(way(), async () => {
      if (wire.isAway || wire.cuts !== cuts || chance.happens(wire.loses)) return fail();
      const answer = await Promise.resolve()
        .then(operation)
        .then(
          (value) => () => resolve(value),
          (error) => () => reject(error),
        );
      if (chance.happens(wire.loses)) return fail();
      world.after(way(), () => {
        if (wire.cuts === cuts) hear(answer);
        else fail();
      });
    });
  });
}

const ledgerAway = () => new AppError('ledger_down', 'The connection to the database was cut.');

/** The ledger as a process reaches it. */
export function ledgerOver(wire: Wire, process: Process, ledger: Ledger): Ledger {
  const over = <T>(operation: () => Promise<T>) => ask(process, wire, ledgerAway, operation);
  return {
    ...ledger,
    query: (text, values) => over(() => ledger.query(text, values)),
    script: (sql) => over(() => ledger.script(sql)),
    transaction: (work) => over(() => ledger.transaction(work)),
  };
}
