import { type Config, readConfig } from '../config/index.ts';
import type { Log } from '../log.ts';
import { type Directory, readUsersFile, requireOneEach, type SignIn } from '../people/index.ts';
import type { Secrets } from '../scrub.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Follows who may sign in: the file of users and that of the password may be replaced while the
 * program runs. While one of them has faults, the last ones hold, and the log says so once.
 *
 * A way to sign in that was not configured at the start waits for a restart.
 * Throws AppError `bad_config` for faults at the start.
 */
export function latestPeople(
  config: Config['web'],
  { secrets, log }: { secrets: Secrets; log: Log },
): Directory & { stop(): void } {
  let latest = read(config, secrets);
  let told: string | undefined;
  async function look(): Promise<void> {
    try {
      // Other settings may have faults meanwhile: a person who was removed stays out even then.
      const now = read({ ...config, signIn: await signInNow(latest.webUser) }, secrets);
      told = undefined;
      if (JSON.stringify(now) === JSON.stringify(latest)) return;
      latest = now;
      log.info('who may sign in has changed');
    } catch (err) {
      const { message } = err as Error;
      if (message !== told) log.warn({ err }, 'who may sign in could not be read again');
      told = message;
    }
  }
  const looking = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    get webUser() {
      return latest.webUser;
    },
    get users() {
      return latest.users;
    },
    stop: () => clearInterval(looking),
  };
}

/** The current one. While it is gone or cannot be read, the last one holds. */
async function signInNow(last: SignIn | null): Promise<SignIn | null> {
  if (last === null) return null;
  try {
    return (await readConfig()).web.signIn ?? last;
  } catch {
    return last;
  }
}

function read(
  { signIn: webUser, usersFile }: Pick<Config['web'], 'signIn' | 'usersFile'>,
  secrets: Secrets,
): Directory {
  const users = usersFile === null ? null : readUsersFile(usersFile);
  requireOneEach({ webUser, users });
  secrets.add([...(webUser ? [webUser.password] : []), ...(users ? [users.session_key] : [])]);
  return { webUser, users };
}
