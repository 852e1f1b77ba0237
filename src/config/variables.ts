import { isPace, PACE_WORDS } from '../pace-range.ts';
import type { Environment } from './environment.ts';
import { path } from './path-rule.ts';

/** The text is undefined when it is not set. A fault is a sentence without it: it may be a key. */
type Reader<Value> = (text: string | undefined, fault: (words: string) => void) => Value;

const number =
  (name: string, what: string, min: number, max: number): Reader<number | null> =>
  (text, fault) => {
    if (text === undefined) return null;
    const value = Number(text);
    if (Number.isFinite(value) && value >= min && value <= max) return value;
    fault(`${name} must be ${what} from ${min} to ${max}.`);
    return null;
  };

const text: Reader<string | undefined> = (text) => text;

/** Null: no pace. */
const pace: Reader<number | null | undefined> = (text, fault) => {
  if (text === undefined) return undefined;
  if (text === 'none') return null;
  const value = Number(text);
  if (isPace(value)) return value;
  fault(`RATE must be ${PACE_WORDS}, or none.`);
  return undefined;
};

const oneOf =
  <Word extends string>(name: string, ...words: Word[]): Reader<Word | undefined> =>
  (text, fault) => {
    const word = words.find((each) => each === text);
    if (word === undefined && text !== undefined)
      fault(`${name} must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}.`);
    return word;
  };

export const VARIABLES = {
  DIALOGTECH_ACCESS_KEY: text,
  DIALOGTECH_SECRET_ACCESS_KEY: text,
  DIALOGTECH_URL: text,
  ACCOUNTS_FILE: path('ACCOUNTS_FILE'),
  DATABASE_URL: text,
  REDIS_URL: text,
  DATA_DIR: path('DATA_DIR'),
  RATE: pace,
  CONCURRENCY: number('CONCURRENCY', 'a number of orders', 1, 1000),
  QUEUE_DEPTH: number('QUEUE_DEPTH', 'a number of orders', 100, 1_000_000),
  QUEUE_DEPTH_PER_PLAN: number('QUEUE_DEPTH_PER_PLAN', 'a number of orders', 100, 1_000_000),
  REQUEST_TIMEOUT: number('REQUEST_TIMEOUT', 'seconds', 1, 3600),
  REFUSAL_RULES: path('REFUSAL_RULES'),
  NUMBERING_FILE: path('NUMBERING_FILE'),
  PRICES_FILE: path('PRICES_FILE'),
  RECONCILE: oneOf('RECONCILE', 'propose', 'auto', 'off'),
  RECONCILE_AFTER: number('RECONCILE_AFTER', 'seconds', 0, 86_400),
  LOG_LEVEL: oneOf('LOG_LEVEL', 'trace', 'debug', 'info', 'warn', 'error', 'silent'),
  NOTICE_URL: text,
  NOTICE_SECRET: text,
  HOST: text,
  PORT: number('PORT', 'a number', 0, 65_535),
  HEALTH_PORT: number('HEALTH_PORT', 'a number', 0, 65_535),
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_HEADERS: text,
  OTEL_SERVICE_NAME: text,
  WEB_USER: text,
  WEB_PASSWORD: text,
  USERS_FILE: path('USERS_FILE'),
  PROXY_SIGN_IN_FROM: text,
  BOARD_CONTROLS: oneOf('BOARD_CONTROLS', 'true', 'false'),
} satisfies Record<string, Reader<unknown>>;

/** Whether an environment variable of that name is a setting. */
export const isSetting = (name: string): boolean => name in VARIABLES;

export type Variables = { [name in keyof typeof VARIABLES]: ReturnType<(typeof VARIABLES)[name]> };

export function valuesOf(env: Environment, faults: string[]): Variables {
  const fault = (words: string) => faults.push(words);
  const values = Object.entries(VARIABLES).map(([name, read]) => [name, read(env[name], fault)]);
  return Object.fromEntries(values);
}
