import type { Log } from '../../src/log.ts';
import type { Process } from './process.ts';

/** What a process says goes into the trace; a dead one says nothing. */
export function logOf({ name, world, isAlive }: Process): Log {
  const say = (facts: unknown, words?: string) => {
    if (!isAlive()) return;
    if (typeof facts === 'string') return world.note(`${name}: ${facts}`);
    world.note(`${name}: ${words} ${JSON.stringify(facts, withErrors)}`);
  };
  return { info: say, warn: say, error: say, debug: say, trace: say } as unknown as Log;
}

function withErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
