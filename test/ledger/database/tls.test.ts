import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openQueue } from '../../../src/queue/index.ts';
import { certificate, privateKey } from '../../support/certificate.ts';
import { startNode } from '../../support/child.ts';
import { atEnd } from '../../support/clean-up.ts';
import { sql } from '../../support/ledger.ts';
import { describeWith, type PrivateServer, privatePostgres } from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LEDGER = join(import.meta.dirname, '../../../src/ledger/index.ts');

const ENCRYPTED = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

describeWith(['private postgres'], 'a PostgreSQL with TLS', () => {
  let server: PrivateServer;
  let trusted: string;
  beforeAll(async () => {
    server = await privatePostgres({ tls: { certificate, privateKey } });
    trusted = `sslrootcert=${join(server.folder, 'server.crt')}`;
  });

  /** The certificate is for localhost. */
  const address = (query: string, host = 'localhost') =>
    `postgres://postgres:s3cret@${host}:${server.port}/postgres${query}`;
  const faultOf = (url: string) => sql(ledgerAt(url), ENCRYPTED).catch((error) => error);

  test.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'is spoken to in it with sslmode=%s',
    async (mode) => {
      const ledger = ledgerAt(address(`?sslmode=${mode}&${trusted}`));
      expect(await sql(ledger, ENCRYPTED)).toEqual([{ ssl: true }]);
    },
  );

  test('is spoken to in it by the queue, too', async () => {
    const ledger = ledgerAt(address(`?sslmode=verify-full&${trusted}`));
    const queue = await openQueue('main', { ledger, redisUrl: null });
    atEnd(queue.close);
    const open = `select ssl, count(*) > 0 as some
    from pg_stat_ssl join pg_stat_activity using (pid)
      where application_name = 'bulk-order' group by ssl`;
    expect(await sql(ledger, open)).toEqual([{ ssl: true, some: true }]);
  });

  test.each(['verify-full', 'require'])(
    'whose certificate nobody trusts is refused with sslmode=%s',
    async (mode) => {
      expect(await faultOf(address(`?sslmode=${mode}`))).toMatchObject({
        code: 'ledger_down',
        message:
          'The server in DATABASE_URL has a certificate signed by an authority that this program ' +
          "does not trust (DEPTH_ZERO_SELF_SIGNED_CERT). Name a file with the authority's " +
          'certificate at the end of DATABASE_URL: ?sslrootcert=FILE, or &sslrootcert=FILE after ' +
          'another setting.',
      });
    },
  );

  test('whose certificate is for another name is refused', async () => {
    expect(await faultOf(address(`?sslmode=verify-full&${trusted}`, '127.0.0.1'))).toMatchObject({
      code: 'ledger_down',
      message: expect.stringMatching(/a certificate for another name .* Use the name/),
    });
  });

  test.each(['sslmode=no-verify', 'sslmode=require&uselibpqcompat=true'])(
    'is spoken to in it, and whose it is not looked at, with %s',
    async (query) => {
      expect(await sql(ledgerAt(address(`?${query}`)), ENCRYPTED)).toEqual([{ ssl: true }]);
    },
  );

  test('is warned of nothing on the screen', async () => {
    const program = `
      const { openPostgres } = await import('${LEDGER}');
      const ledger = openPostgres('${address(`?sslmode=require&${trusted}`)}');
      console.log(await ledger.query('${ENCRYPTED}'));
      await ledger.close();`;
    const args = ['--input-type=module', '--eval', program];
    const { stdout, stderr } = await startNode(args, { cwd: temporaryFolder() }).exited;
    expect([stdout, stderr]).toEqual(['[ { ssl: true } ]\n', '']);
  });
});

describeWith(['private postgres'], 'a PostgreSQL without TLS', () => {
  test('is not spoken to where it is asked for', async () => {
    const server = await privatePostgres();
    const ledger = ledgerAt(`${server.url}?sslmode=require`);
    await expect(sql(ledger, ENCRYPTED)).rejects.toMatchObject({
      code: 'ledger_down',
      message: expect.stringContaining('The server does not support SSL connections'),
    });
  });
});
