import { RedisMarks } from '../../src/queue/marks.ts';
import type { MarkStore } from '../../src/witness/index.ts';
import type { Process } from './process.ts';
import { ask, type Wire } from './wire.ts';

/** The Redis that keeps the marks, as far as src/queue/marks.ts uses it. It may forget. */
export type SimulatedRedis = ReturnType<typeof openSimulatedRedis>;

type Value = string | Buffer | Map<string, string>;

const away = () => new Error('Redis does not answer');

export function openSimulatedRedis() {
  let values = new Map<string, Value>();
  let saved = new Map<string, Value>();
  let run = 1;
  let hasForgotten = false;

  const text = (key: string) => (values.get(key) as string | undefined) ?? null;
  const hash = (key: string) => {
    const found = (values.get(key) as Map<string, string> | undefined) ?? new Map();
    values.set(key, found);
    return found as Map<string, string>;
  };
  const bits = (key: string) => (values.get(key) as Buffer | undefined) ?? Buffer.alloc(0);

  function setBit(key: string, at: number): number {
    const grown = Buffer.concat([
      bits(key),
      Buffer.alloc(Math.max(0, (at >> 3) + 1 - bits(key).length)),
    ]);
    const before = getBit(key, at);
    grown[at >> 3] = (grown[at >> 3] ?? 0) | (128 >> (at & 7));
    values.set(key, grown);
    return before;
  }
  const getBit = (key: string, at: number) =>
    (bits(key)[at >> 3] ?? 0) & (128 >> (at & 7)) ? 1 : 0;

  /** The script MARK of src/queue/marks.ts. */
  function mark([ticketKey, plansKey, call]: string[], [held, prefix, , ...marks]: string[]) {
    if (text(ticketKey!) !== held) return text(ticketKey!) ?? '';
    const told = text(call!);
    if (told !== null) return JSON.parse(told);
    const before: number[] = [];
    const each = marks.flatMap((bitmap, at) =>
      bitmap.includes(' ')
        ? marks
            .slice(at + 2, at + 2 + Number(marks[at + 1]))
            .map((order) => [bitmap, order] as const)
        : [],
    );
    for (const [bitmap, given] of each) {
      const [plan = '', digits] = bitmap.split(' ');
      const [attempt, order] = [Number(digits), Number(given)];
      const plans = hash(plansKey!);
      const most = Number(plans.get(plan) ?? 0);
      let seen = setBit(`${prefix}${plan} ${attempt}`, order);
      for (let later = attempt + 1; later <= most; later++)
        if (getBit(`${prefix}${plan} ${later}`, order)) seen = 1;
      if (attempt > most) plans.set(plan, String(attempt));
      before.push(seen);
    }
    values.set(call!, JSON.stringify(before));
    return before;
  }

  /** The script TEACH. */
  function teach(
    [learning, , key, plansKey]: string[],
    [own, added, plan, attempt]: [string, Buffer, string, string],
  ) {
    if (text(learning!) !== own) return 0;
    const joined = Buffer.alloc(Math.max(bits(key!).length, added.length));
    for (const each of [bits(key!), added])
      for (const [at, byte] of each.entries()) joined[at]! |= byte;
    values.set(key!, joined);
    const plans = hash(plansKey!);
    if (Number(attempt) > Number(plans.get(plan) ?? 0)) plans.set(plan, attempt);
    return 1;
  }

  /** The script TAUGHT. */
  function learnt([learning, ticket, runKey, memoryKey]: string[], [own, ownRun]: string[]) {
    if (text(learning!) !== own) return 0;
    const memory = text(runKey!) === ownRun ? (text(memoryKey!) ?? own!) : own!;
    values.set(ticket!, own!);
    values.set(runKey!, ownRun!);
    values.set(memoryKey!, memory);
    values.delete(learning!);
    return memory;
  }

  const scripts: { [sign: string]: (keys: string[], given: never) => unknown } = {
    "'bitfield'": mark,
    "'bitop'": teach,
    "'del'": learnt,
  };

  const commands = {
    get: text,
    set: (key: string, value: Value) => void values.set(key, value),
    del: (key: string) => void values.delete(key),
    mget: (...keys: string[]) => keys.map(text),
    hgetall: (key: string) => Object.fromEntries(hash(key)),
    getBuffer: (key: string) => (values.has(key) ? Buffer.from(bits(key)) : null),
    eval(script: string, keys: number, ...given: (string | number | Buffer)[]) {
      const [, operation] = Object.entries(scripts).find(([sign]) => script.includes(sign)) ?? [];
      if (!operation) throw new Error('The simulated Redis does not know this script.');
      const texts = given.map((each) => (typeof each === 'number' ? String(each) : each));
      return operation(texts.slice(0, keys) as string[], texts.slice(keys) as never);
    },
    info: () => `run_id:run${run}\r\n`,
  };

  return {
    marksOver(wire: Wire, process: Process): MarkStore {
      const over = Object.entries(commands).map(([name, command]) => [
        name,
        (...given: never[]) =>
          ask(process, wire, away, () => (command as (...given: never[]) => unknown)(...given)),
      ]);
      const client = { isCluster: false, ...Object.fromEntries(over) };
      return new RedisMarks(client as ConstructorParameters<typeof RedisMarks>[0], 'main');
    },
    /** What it holds now is what is left after `restart('saved')`. */
    save(): void {
      saved = copyOf(values);
    },
    /** Another run of the server, with all, with what was saved, or with nothing. */
    restart(kept: 'all' | 'saved' | 'nothing'): void {
      run += 1;
      hasForgotten ||= kept !== 'all';
      if (kept === 'saved') values = copyOf(saved);
      if (kept === 'nothing') values = new Map();
    },
    /** Emptied while it runs. */
    empty(): void {
      hasForgotten = true;
      values = new Map();
    },
    /** Whether it has ever lost something. */
    hasForgotten: () => hasForgotten,
  };
}

function copyOf(values: Map<string, Value>): Map<string, Value> {
  return new Map(
    [...values].map(([key, value]) => [key, typeof value === 'string' ? value : copy(value)]),
  );
}

const copy = (value: Buffer | Map<string, string>) =>
  Buffer.isBuffer(value) ? Buffer.from(value) : new Map(value);
