import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import { FAULTS, openSandbox, type SandboxOptions } from '../sandbox/index.ts';
import { answer, newCommand, say, stopSignals } from '../terminal/index.ts';

type Options = {
  json?: true;
  port: string;
  latency: string;
  pace?: string;
  seed?: string;
  unrest?: string;
};

export function addSandbox(program: Command): void {
  newCommand(program, 'sandbox')
    .option('--port <n>', 'the port on 127.0.0.1', '4010')
    .option('--latency <ms>', 'delay of every answer', '150')
    .option('--pace <n>', 'orders per second above which it answers 429')
    .option('--seed <n>', 'repeats the same numbers and faults')
    .option('--unrest <share>', 'share of orders, 0 to 1, that get a random fault')
    .action(async (options: Options) => {
      const unrest = numberOf(options.unrest, 'unrest', 0, 1);
      await using sandbox = await listen({
        port: wholeOf(options.port, 'port', 0, 65_535) ?? 0,
        latencyMs: wholeOf(options.latency, 'latency', 0, 600_000) ?? 0,
        ...optional('pace', wholeOf(options.pace, 'pace', 1, 100_000)),
        ...optional('seed', wholeOf(options.seed, 'seed', 0, 2 ** 32 - 1)),
        ...(unrest === undefined ? {} : { faultMix: { chance: unrest, faults: everyFault() } }),
      });
      const control = new URL('/sandbox/', sandbox.url).href;
      if (options.json) answer(true, { url: sandbox.url, control }, () => []);
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

function numberOf(text: string | undefined, name: string, min: number, max: number) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw usageError(`--${name} is "${text}": it must be from ${min} to ${max}.`);
}

function wholeOf(text: string | undefined, name: string, min: number, max: number) {
  const value = numberOf(text, name, min, max);
  if (value === undefined || Number.isInteger(value)) return value;
  throw usageError(`--${name} is "${text}": it must be a whole number.`);
}

function optional<Name extends string>(name: Name, value: number | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: number };
}
