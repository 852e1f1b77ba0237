import { readFileSync } from 'node:fs';
import { distance, nameKey } from '../reading/index.ts';
import { fileNamed } from '../scrub.ts';
import { dotEnv } from './dot-env.ts';
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
  const file = dotEnv(folder, known, faults);
  const all = { ...file.env, ...environment };
  const env = present(all);
  refuseSlips(Object.keys(env), file.lines, { all, known, faults });
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
  return present({ ...dotEnv(folder, [name], faults).env, ...environment })[name];
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

/** The environment belongs to all programs, so only there must a name be long to be a slip. */
const LONG = 10;

/** Adds a fault for each name that is probably a slip for a setting which is not there itself. */
function refuseSlips(
  names: string[],
  lines: ReadonlyMap<string, number>,
  { all, known, faults }: { all: Environment; known: string[]; faults: string[] },
): void {
  const settings = [...known, ...IN_FILES.map((name) => `${name}_FILE`)];
  for (const name of names) {
    const line = lines.get(name);
    if (settings.includes(name) || (line === undefined && name.length < LONG)) continue;
    const meant = meantSetting(name, settings);
    if (meant === undefined || meant in all || `${meant}_FILE` in all) continue;
    const where = line === undefined ? 'In the environment,' : `.env, line ${line}:`;
    faults.push(
      `${where} ${name} is not a setting. Did you mean ${meant}? Rename it. Where it is another ` +
        `program's, set ${meant} as well, or write "${meant}=".`,
    );
  }
}

/**
 * The setting that another name probably means: it begins alike, and each part is a letter off, or
 * two when it is long. Otherwise `DB_PASSWORD` would mean `WEB_PASSWORD`, `REDIS_SSL` `REDIS_URL`.
 */
function meantSetting(name: string, settings: readonly string[]): string | undefined {
  const parts = name.split('_');
  const isNear = (part: string, own: string) => distance(part, own) <= (own.length < 6 ? 1 : 2);
  const alike = settings.filter((each) => each[0] === name[0]?.toUpperCase());
  return (
    alike.find((each) => nameKey(each) === nameKey(name)) ??
    alike.find((each) => {
      const own = each.split('_');
      return own.length === parts.length && own.every((part, at) => isNear(parts[at]!, part));
    })
  );
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

/** Reads settings from files. A file for a setting that no file may hold is a fault. */
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
    faults.push(`${who} names ${fileNamed(path)}, which cannot be read (${code}).`);
  }
  return undefined;
}
