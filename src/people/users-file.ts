import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { faultOfName } from '../name-rule.ts';
import { readJson, unknownNames } from '../reading/index.ts';
import { fileNamed } from '../scrub.ts';
import { isPasswordHash } from './password.ts';
import { ROLES } from './role.ts';

const KEY = 'must be 32 random bytes in base64url: "bulk-order user add" makes it';
/** Random ones have about 31. */
const FEWEST_IN_KEY = 16;

const roles = z
  .array(z.enum(ROLES, { error: `must be ${ROLES.join(', ')}` }), {
    error: 'must be a list of roles, such as ["submit"]',
  })
  .min(1, 'must have one role at least');

const name = z.string({ error: 'must be a text' }).superRefine((text, context) => {
  const fault = faultOfName(text);
  if (fault) context.addIssue(fault);
});

const OBJECT = { error: unknownNames('must be an object') };
const User = z.strictObject(
  {
    name,
    password: z
      .string({ error: 'must be a text' })
      .refine(isPasswordHash, 'must be a hash that "bulk-order user add" makes'),
    roles,
  },
  OBJECT,
);
export type User = z.infer<typeof User>;

const File = z.strictObject(
  {
    session_key: z
      .string({ error: KEY })
      .regex(/^[\w-]{43}$/, KEY)
      .refine((key) => new Set(key).size >= FEWEST_IN_KEY, KEY),
    users: z.array(User, { error: 'must be a list of users' }).superRefine((users, context) => {
      const names = users.map((user) => user.name);
      const twice = names.find((each, at) => names.indexOf(each) !== at);
      if (twice !== undefined) context.addIssue(`has "${twice}" twice`);
    }),
    groups: z.record(z.string(), roles).optional(),
  },
  OBJECT,
);
/** Who may sign in. `groups`: the roles of the groups that a proxy names. */
export type UsersFile = z.infer<typeof File>;

/**
 * Reads USERS_FILE. Throws AppError `bad_config` when it is missing, is not such a file, or can be
 * read by every user of this machine: a hash can be tried at home, and the key makes sessions.
 */
export function readUsersFile(path: string): UsersFile {
  const json = readJson(textOf(path));
  if ('fault' in json) throw fault(path, json.fault);
  const read = File.safeParse(json.document);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path: at, message }) =>
    [...at.map((part) => (typeof part === 'number' ? part + 1 : String(part))), message].join(' '),
  );
  throw fault(path, `has a fault: ${faults.join('; ')}`);
}

/** The same, or a new one without users when the file is missing. */
export function readOrMakeUsersFile(path: string): UsersFile {
  try {
    return readUsersFile(path);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException)?.code !== 'ENOENT') throw error;
    return { session_key: randomBytes(32).toString('base64url'), users: [] };
  }
}

/** Replaces the file as a whole. A new one may be read by its owner alone. */
export function writeUsersFile(path: string, file: UsersFile): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    // Who could read the old one reads the new one: a server, which may have another user.
    if (old) chownSync(draft, old.uid, old.gid);
    if (old) chmodSync(draft, old.mode & 0o660);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw fault(path, `cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

const OTHERS = 0o007;

/** Checks the mode of the open file: by its name, another file could be read than was checked. */
function textOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if ((fstatSync(file).mode & OTHERS) !== 0) throw tooOpen(path);
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw fault(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function tooOpen(path: string): AppError {
  return fault(path, `may be read by every user of this machine. Say: chmod o= "${path}"`);
}

function fault(path: string, what: string, cause?: unknown): AppError {
  const message = `USERS_FILE names ${fileNamed(path)}, which ${what}.`;
  return new AppError('bad_config', message, {}, { cause });
}
