import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import { FAULTS, openSandbox, type SandboxOptions } from '../sandbox/index.ts';
import { answer, newCommand, say, stopSignals } from '../terminal/index.ts';

type Options = {
  json?: true;
  port: number;
  latency: number;
  pace?: number;
  seed?: number;
  unrest?: number;
};

export function addSandbox(program: Command): void {
  newCommand(program, 'sandbox')
    .option('--port <n>', 'the port on 127.0.0.1', whole('port', 0, 65_535), 4010)
    .option('--latency <ms>', 'delay of every answer', whole('latency', 0, 600_000), 150)
    .option('--pace <n>', 'orders per second above which it answers 429', whole('pace', 1, 100_000))
    .option('--seed <n>', 'repeats the same numbers and faults', whole('seed', 0, 2 ** 32 - 1))
    .option(
      '--unrest <share>',
      'share of orders, 0 to 1, that get a random fault',
      number('unrest', 0, 1),
    )
    .action(async ({ json, latency: latencyMs, unrest, ...options }: Options) => {
      const faults = unrest && { faultMix: { chance: unrest, faults: everyFault() } };
      await using sandbox = await listen({ ...options, latencyMs, ...faults });
      const control = new URL('/sandbox/', sandbox.url).href;
      if (json) answer(true, { url: sandbox.url, control }, () => []);
      say(
        `The sandbox is running. For workers: DIALOGTECH_URL=${sandbox.url} and no keys.`,
        `What it sold, and its faults: ${control}`,
      );
      await stopSignals().first;
    });
}

async function listen(options: SandboxOptions) {
  try {
    return await openSandbox(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'not open to this user' : 'in use by another process';
    throw usageError(
      `Port ${options.port} of 127.0.0.1 is ${why}. ` +
        'Choose another with --port; 0 takes any free port.',
    );
  }
}

/** Every fault, equally often, except the one that would pause the account. */
function everyFault() {
  const bad = Object.keys(FAULTS).filter((fault) => fault !== 'ok' && fault !== 'bad_keys');
  return Object.fromEntries(bad.map((fault) => [fault, 1]));
}

/** Reads the value of an option. Throws AppError `invalid_usage`. */
const number = (name: string, min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw usageError(`--${name} is "${text}": it must be from ${min} to ${max}.`);
};

const whole = (name: string, min: number, max: number) => (text: string) => {
  const value = number(name, min, max)(text);
  if (Number.isInteger(value)) return value;
  throw usageError(`--${name} is "${text}": it must be a whole number.`);
};
