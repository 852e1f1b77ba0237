import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type Ledger, openEmbedded, openPostgres } from '../../src/ledger/index.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import type { Child, Ended } from '../support/child.ts';
import { atEnd } from '../support/clean-up.ts';
import { startCli } from '../support/cli.ts';
import { sql } from '../support/ledger.ts';
import { runHere } from '../support/run-here.ts';
import { environmentOf, quickStorage } from '../support/storage.ts';
import { embeddedFolder, temporaryFolder } from '../support/temporary-folder.ts';

type Environment = Record<string, string>;

/** A folder and an environment in which commands run; unless set, the ledger is in the folder. */
export type Shell = ReturnType<typeof openShell>;

/** Any document of a command. */
// biome-ignore lint/suspicious/noExplicitAny: documents of all commands
export type Answer = Record<string, any>;

/** At 100 orders per second no test waits for the pace. */
export function openShell(environment: Environment = {}) {
  const folder = temporaryFolder();
  const env: Environment = { RATE: '100', DATA_DIR: join(folder, 'data'), ...environment };

  async function run(args: string[], more: Environment = {}): Promise<Ended> {
    const ended = await runHere(args, { cwd: folder, env: { ...env, ...more } });
    expect(`${ended.stdout}\n${ended.stderr}`).not.toMatch(STACK);
    return ended;
  }

  return {
    folder,
    env,
    /** Writes a file and returns its name. */
    file(name: string, content: string | Uint8Array): string {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
      return name;
    },
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    /** Runs a command to its end. Fails when it prints a stack. */
    run,
    /** The command's answer to `--json`, and its exit code. */
    async ask<Document = Answer>(args: string[], more: Environment = {}) {
      const { code, stdout, stderr } = await run([...args, '--json'], more);
      try {
        return { ...(JSON.parse(stdout) as Document), code: code ?? -1 };
      } catch {
        throw new Error(`${args.join(' ')} answered with no document: ${stdout}\n${stderr}`);
      }
    },
    /** Starts a command and does not wait for its end. */
    start: (args: string[], more: Environment = {}) =>
      startCli(args, { cwd: folder, env: { ...env, ...more } }),
  };
}

/** The embedded ledger, with its tables: to make them takes seconds. */
export const embeddedLedger = (): Environment => ({ DATA_DIR: embeddedFolder() });

/** PostgreSQL if there is one: it opens in a third of the time. Else the embedded ledger. */
export const quickLedger = async (): Promise<Environment> => environmentOf(await quickStorage());

const STACK = /^\s+at /m;

/** The address that a started `up` or `serve` prints. */
export async function urlOf(server: Child): Promise<string> {
  const started = /bulk-order (?:is at|serves) (http:\/\/\S+?)[,.]? /;
  const [, url] = await server.waitFor(started);
  return url!;
}

/** Changes the shell's ledger behind its back. */
export const changeLedger = (shell: Pick<Shell, 'env'>, statement: string): Promise<void> =>
  withLedger(shell, (ledger) => sql(ledger, statement));

export async function withLedger(
  { env }: Pick<Shell, 'env'>,
  change: (ledger: Ledger) => Promise<unknown>,
): Promise<void> {
  const ledger = env.DATABASE_URL
    ? openPostgres(env.DATABASE_URL)
    : await openEmbedded(env.DATA_DIR!, 'test');
  await change(ledger);
  await ledger.close();
}

/** Adds watched time, so that no request can still be under way. */
export const letRequestsEnd = (shell: Shell): Promise<void> =>
  changeLedger(shell, 'update ledger.accounts set ticks = ticks + 600000');

/** A plan with lines of these quantities, each in its own area code: 201, 202, … */
export const planOf = (...quantities: number[]): string =>
  `area_code,quantity\n${quantities.map((quantity, at) => `${201 + at},${quantity}\n`).join('')}`;

/** A sandbox in this process, closed at the end. */
export async function openVendor(options: SandboxOptions = {}): Promise<Sandbox> {
  const vendor = await openSandbox({ seed: 1, ...options });
  atEnd(vendor.close);
  return vendor;
}

/** A shell, on the quickest ledger unless given, and the vendor that it buys from. */
export async function openShellWithVendor(
  environment: Environment = {},
  options: SandboxOptions = {},
): Promise<{ shell: Shell; vendor: Sandbox }> {
  const vendor = await openVendor(options);
  const ledger = 'DATABASE_URL' in environment ? {} : await quickLedger();
  const shell = openShell({ ...ledger, DIALOGTECH_URL: vendor.url, ...environment });
  return { shell, vendor };
}

export const RESULT_FILES = [
  'lines.csv',
  'numbers.csv',
  'remainder.csv',
  'summary.json',
  'surplus.csv',
  'unknown.csv',
];

/** The keys of a live account, for the vendor and for the environment. */
export const VENDOR_KEYS = { accessKey: 'open', secretAccessKey: 'sesame' };
export const LIVE_KEYS = {
  DIALOGTECH_ACCESS_KEY: VENDOR_KEYS.accessKey,
  DIALOGTECH_SECRET_ACCESS_KEY: VENDOR_KEYS.secretAccessKey,
};
