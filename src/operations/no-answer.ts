import { AppError } from '../errors.ts';
import { planOf } from '../ledger/index.ts';

export type Sent = { server: string; path: string; isChange: boolean };

const CHECK = 'Check its address, and that "up" or "serve" is running there.';

/** A request that failed. The message says that it did not arrive only when nothing was sent. */
export function failed(sent: Sent, error: unknown): AppError {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  const reason = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message);
  if (!isUnsent(cause)) return noAnswer(sent, reason ?? name);
  const { server } = sent;
  const message = `The server at ${server} cannot be reached (${reason}). ${CHECK}`;
  return new AppError('server_down', message, { server, reason: reason ?? name });
}

/** The server may have done what was asked. Look before asking again. */
export function noAnswer({ server, path, isChange }: Sent, reason: string): AppError {
  const what = `The server at ${server} gave no clear answer (${reason}).`;
  if (!isChange) return new AppError('server_down', `${what} ${CHECK}`, { server, reason });
  const message = `${what} It may have done what was asked. Before you repeat it, look at "`;
  return new AppError('no_answer', `${message}${whereToLook(path)}".`, { server, reason });
}

/** Whether there was no connection yet. */
function isUnsent(cause: unknown): boolean {
  const { syscall, code, errors } = Object(cause) as NodeJS.ErrnoException & { errors?: unknown[] };
  // One for each address of the name.
  if (errors?.length) return errors.every(isUnsent);
  return ['connect', 'getaddrinfo'].includes(syscall ?? '') || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** The command that shows whether it was done. */
function whereToLook(path: string): string {
  const [, what, id = '', part] = path.replace(/\?.*/, '').split('/').map(decodeURIComponent);
  if (what === 'orders') return `show ${planOf(Number(id))}`;
  if (what === 'accounts') {
    const list = part === 'strays' ? 'strays' : part === 'lost-plans' ? 'lost' : 'account';
    return `${list} ${id}`;
  }
  if (what === 'plans' && id !== '') return `show ${id}`;
  return what === 'tokens' ? 'token list' : String(what);
}
