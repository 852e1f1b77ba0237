import pg from 'pg';
import { AppError } from '../../errors.ts';

/**
 * The address as the driver must read it: sslmode's `prefer`, `require` and `verify-ca` become
 * `verify-full`, which is what the driver takes them for, with a warning that a later version will
 * check less. With `uselibpqcompat` they keep the meaning that libpq gives them. Throws AppError
 * `bad_config` when it cannot be understood: the driver would quote it.
 */
export function readPostgresUrl(url: string): string {
  const read = /[?&]uselibpqcompat=true(?=[&#]|$)/.test(url)
    ? url
    : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=[&#]|$)/, '$1verify-full');
  try {
    new pg.Client({ connectionString: read });
    if (/^postgres(ql)?:\/\//.test(read)) return read;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall) {
      throw new AppError(
        'bad_config',
        'DATABASE_URL names a file, as sslrootcert, sslcert or ' +
          `sslkey, that cannot be read (${code}).`,
      );
    }
    // The reason stays out of the message: it may hold parts of the URL, and so of the password.
  }
  throw new AppError(
    'bad_config',
    'DATABASE_URL cannot be understood. Write ' +
      'postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password, ' +
      '%2F for a /, and so on.',
  );
}
