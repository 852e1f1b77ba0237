import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { FAULTS, openSandbox, type SandboxOptions } from '../sandbox/index.ts';
import { answer, say, stopSignals } from '../terminal/index.ts';

type Options = {
  json?: true;
  port: string;
  latency: string;
  pace?: string;
  seed?: string;
  unrest?: string;
};

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('our own vendor as a server, for trying things out')
    .option('--port <n>', 'where to listen on 127.0.0.1', '4010')
    .option('--latency <ms>', 'before every answer', '150')
    .option('--pace <n>', 'orders per second above which it answers 429')
    .option('--seed <n>', 'repeats the same numbers and the same misbehaviour')
    .option('--unrest <share>', 'share of orders, 0 to 1, that are treated badly at random')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
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
        `The sandbox listens. Workers use it with DIALOGTECH_URL=${sandbox.url} and no keys.`,
        `What it sold, and how to make it misbehave: ${control}`,
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
    throw new AppError(
      'invalid_usage',
      `Port ${options.port} of 127.0.0.1 is ${why}. Say another one with --port; 0 takes any ` +
        'that is free.',
    );
  }
}

/**
 * Every way to behave badly, equally often; but one complaint about keys would pause everything.
 */
function everyFault() {
  const bad = Object.keys(FAULTS).filter((fault) => fault !== 'ok' && fault !== 'bad_keys');
  return Object.fromEntries(bad.map((fault) => [fault, 1]));
}

function numberOf(text: string | undefined, name: string, min: number, max: number) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new AppError('invalid_usage', `--${name} is "${text}": it must be from ${min} to ${max}.`);
}

function wholeOf(text: string | undefined, name: string, min: number, max: number) {
  const value = numberOf(text, name, min, max);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new AppError('invalid_usage', `--${name} is "${text}": it must be a whole number.`);
}

function optional<Name extends string>(name: Name, value: number | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: number };
}
