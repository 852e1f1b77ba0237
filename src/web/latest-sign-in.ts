import { type Config, readConfig } from '../config/index.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../scrub.ts';

type SignIn = NonNullable<Config['web']['signIn']>;

const LOOK_EVERY_MS = 1_000;

/**
 * Follows the sign-in of the configuration: a password file may be replaced while the program runs.
 * While the configuration has faults, the last sign-in holds.
 */
export function latestSignIn(
  first: SignIn,
  { secrets, log }: { secrets: Secrets; log: Log },
): { signIn: SignIn; stop(): void } {
  let latest = first;
  let told: string | undefined;
  function look(): void {
    try {
      const { signIn } = readConfig().web;
      told = undefined;
      if (!signIn || (signIn.user === latest.user && signIn.password === latest.password)) return;
      secrets.add([signIn.password]);
      latest = signIn;
      log.info({ user: signIn.user }, 'the sign-in has changed');
    } catch (err) {
      const { message } = err as Error;
      if (message !== told) log.warn({ err }, 'the sign-in could not be read again');
      told = message;
    }
  }
  const looking = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    signIn: {
      get user() {
        return latest.user;
      },
      get password() {
        return latest.password;
      },
    },
    stop: () => clearInterval(looking),
  };
}
