import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { secretAt } from '../scrub.ts';
import { FOR_SHELL, isForShell } from './path-rule.ts';

export type Environment = Record<string, string | undefined>;

/** The environment of this process. */
export const surroundings = (): Environment => process.env;

/** Whether a person wants the stack of an error in this program. */
export function isDebugging(): boolean {
  return process.env.LOG_LEVEL === 'debug' || process.env.LOG_LEVEL === 'trace';
}

/**
 * All settings: from the environment, then from a `.env` file in the folder, with secrets read from
 * their files. A blank variable counts as not set, even where the file sets it; `blank` names them.
 */
export function gather(
  environment: Environment,
  folder: string,
  { known, faults }: { known: string[]; faults: string[] },
): { env: Environment; blank: string[] } {
  const all = { ...dotEnv(folder, faults), ...environment };
  const env = present(all);
  const blank = Object.keys(all).filter((name) => all[name] !== undefined && !(name in env));
  return { env: withFiles(env, known, faults), blank };
}

/** One setting from the same places. Faults of other settings do not matter. */
export function settingAlone(
  name: string,
  environment: Environment,
  folder: string,
  faults: string[],
): string | undefined {
  return present({ ...dotEnv(folder, faults), ...environment })[name];
}

/** The variables that name a proxy to other programs. */
export function proxiesIn(environment: Environment): string[] {
  return Object.keys(environment).filter((name) => /^(https?|all)_proxy$/i.test(name));
}

function present(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value),
  );
}

function dotEnv(folder: string, faults: string[]): Environment {
  try {
    return parseEnv(readFileSync(resolve(folder, '.env'), 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT') faults.push(`The .env file cannot be read (${code}).`);
    return {};
  }
}

/** Settings that a file may hold: container platforms pass secrets as files. */
const IN_FILES = [
  'DIALOGTECH_ACCESS_KEY',
  'DIALOGTECH_SECRET_ACCESS_KEY',
  'DATABASE_URL',
  'REDIS_URL',
  'NOTICE_URL',
  'NOTICE_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'WEB_USER',
  'WEB_PASSWORD',
];

/**
 * Reads settings from files. A file for a setting that no file may hold is a fault.
 */
function withFiles(env: Environment, known: string[], faults: string[]): Environment {
  const result = { ...env };
  for (const name of IN_FILES) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    if (env[name]) faults.push(`${name} and ${name}_FILE are both set: keep one of them.`);
    if (isForShell(path)) faults.push(`${name}_FILE ${FOR_SHELL}.`);
    else result[name] = readSecret(`${name}_FILE`, path, faults);
  }
  for (const name of known) {
    if (IN_FILES.includes(name) || env[`${name}_FILE`] === undefined) continue;
    faults.push(`${name}_FILE is set, and ${name} is not read from a file: set ${name} itself.`);
  }
  return result;
}

/** Adds a fault when only one of two settings is there. */
export function requireBoth(
  settings: Record<string, string | undefined>,
  faults: string[],
  otherwise = '',
): void {
  const names = Object.keys(settings);
  const [unset, ...more] = names.filter((name) => !settings[name]);
  if (unset === undefined || more.length > 0) return;
  const set = names.find((name) => name !== unset);
  faults.push(`${set} is set, ${unset} is not: set both, or neither${otherwise}.`);
}

/** The file's text, trimmed. `who` names the file in a fault. */
export function readSecret(who: string, path: string, faults: string[]): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret) return secret;
    faults.push(`${who} names ${path}, which is empty.`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    faults.push(`${who} names ${secretAt(path)}, which cannot be read (${code}).`);
  }
  return undefined;
}
