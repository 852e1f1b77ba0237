import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hasCode } from '../../../src/errors.ts';
import { type Ledger, migrate, openPostgres } from '../../../src/ledger/index.ts';
import { freePort } from '../../support/free-port.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { listenHere } from '../../support/listen-here.ts';
import {
  describeWith,
  describeWithPostgres,
  freshDatabase,
  privatePostgres,
} from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';
import { until } from '../../support/until.ts';

const PID = 'select pg_backend_pid() as pid';

describe('a URL that cannot be understood', () => {
  test.each([
    'postgres://ada:s3cret@127.0.0.1:99999/ledger',
    'postgres://ada:s3cret@[::1/ledger',
    'postgres://ada:s3cret@127.0.0.1/ledger?sslcert=/no/such/s3cret',
    'http://ada:s3cret@127.0.0.1/ledger',
    'ada:s3cret@127.0.0.1/ledger',
    '',
  ])('is refused without being repeated: %s', (url) => {
    const fault = faultOf(() => openPostgres(url));
    expect(fault).toMatchObject({
      code: 'bad_config',
      message: expect.stringMatching(/^DATABASE_URL/),
    });
    expect(inspect(fault, { depth: 9 })).not.toContain('s3cret');
  });
});

describe('a database that is not there', () => {
  test('is told in a sentence without the password', async () => {
    const ledger = ledgerAt(`postgres://ada:s3cret@127.0.0.1:${await freePort()}/ledger`);
    const operations = [
      () => migrate(ledger),
      () => ledger.transaction(async () => {}),
      () => sql(ledger, PID),
    ];
    for (const operation of operations) {
      const fault = await operation().catch((error) => error);
      expect(fault).toMatchObject({
        code: 'ledger_down',
        message: expect.stringMatching(/^The database cannot be reached \(ECONNREFUSED\)\. .*\.$/),
      });
      expect(inspect(fault, { depth: 9 })).not.toContain('s3cret');
    }
  });
});

describeWithPostgres('a server', () => {
  test.each([
    {
      part: 'pathname',
      value: '/no_such_database',
      told: 'database "no_such_database" does not exist',
    },
    { part: 'username', value: 'nobody_at_all', told: 'role "nobody_at_all" does not exist' },
  ] as const)('without that $part says so', async ({ part, value, told }) => {
    const url = new URL((await freshDatabase()).url);
    url.password = 's3cret';
    url[part] = value;
    const fault = await migrate(ledgerAt(url.href)).catch((error) => error);
    expect(fault).toMatchObject({ code: 'ledger_down', message: expect.stringContaining(told) });
    expect(inspect(fault, { depth: 9 })).not.toContain('s3cret');
  });
});

describeOnPostgres('a connection', (given) => {
  const end = async (pid: number) => {
    await given.sql('select pg_terminate_backend($1)', [pid]);
    const gone = 'select 1 from pg_stat_activity where pid = $1';
    await until(async () => (await given.sql(gone, [pid])).length === 0, { what: 'it ended' });
  };
  const pidOf = async (db: Pick<Ledger, 'query'>) => (await db.query<{ pid: number }>(PID))[0]!.pid;

  test('that is cut in a transaction fails it, and the next statement gets another', async () => {
    const ledger = given.another();
    const work = ledger.transaction(async (tx) => {
      await end(await pidOf(tx));
      await tx.query(PID);
    });
    await expect(work).rejects.toMatchObject({ code: 'ledger_down' });
    expect(await pidOf(ledger)).toBeGreaterThan(0);
  });

  test('that is cut while a statement runs fails it', async () => {
    const ledger = given.another();
    const pid = await pidOf(ledger);
    const sleeping = sql(ledger, 'select pg_sleep(60)');
    const asleep = `select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`;
    const ended = until(async () => (await given.sql(asleep, [pid])).length === 1, {
      what: 'the statement runs',
    }).then(() => end(pid));
    await expect(sleeping).rejects.toMatchObject({
      code: 'ledger_down',
      message: expect.stringContaining('terminating connection'),
    });
    await ended;
  });

  test('is not blamed for what was never sent, by a fault of ours', async () => {
    const unwritable = sql(given.another(), 'select $1::json', [{ n: 1n }]);
    await expect(unwritable).rejects.toBeInstanceOf(TypeError);
  });

  test('that is cut while it is idle is replaced', async () => {
    const ledger = given.another();
    const pid = await pidOf(ledger);
    await end(pid);
    expect(await until(() => pidOf(ledger), { what: 'the ledger answers' })).not.toBe(pid);
  });
});

describeWith(['private postgres'], 'a server that is killed', () => {
  test('is missed, and used again when it is back', async () => {
    const server = await privatePostgres();
    const ledger = ledgerAt(server.url);
    expect(await migrate(ledger)).toContain(1);
    await server.kill();
    // Of a server that is killed, what served a connection may live a little longer.
    const isMissed = () =>
      migrate(ledger).then(
        () => false,
        (error) => hasCode(error, 'ledger_down'),
      );
    await until(isMissed, { what: 'the ledger is missed' });
    await server.start();
    expect(await until(() => migrate(ledger), { what: 'the ledger answers' })).toEqual([]);
  });
});

function faultOf(operation: () => unknown): unknown {
  try {
    return operation();
  } catch (error) {
    return error;
  }
}

describe('a server that ends a connection with the very bytes that say it is ready', () => {
  test.each([
    ['a statement', (ledger: Ledger) => sql(ledger, PID)],
    ['a transaction', (ledger: Ledger) => ledger.transaction((tx) => tx.query(PID))],
    ['the queue', (ledger: Ledger) => ledger.queuePool?.().connect()],
  ])('is heard by %s', async (_, use) => {
    await using server = await readyAndGone();
    const ledger = ledgerAt(server.url);
    const end = await Promise.allSettled([use(ledger)]);
    // Unheard, it would have ended this process.
    await until(() => server.met() > 0, { what: 'it was met' });
    expect(end[0]?.status === 'fulfilled' || isDown(end[0])).toBe(true);
  });
});

const isDown = (end: PromiseSettledResult<unknown> | undefined) =>
  end?.status === 'rejected' && end.reason.code === 'ledger_down';

/** Speaks just so much of PostgreSQL's protocol: the login is taken, ready, and good-bye. */
async function readyAndGone() {
  let met = 0;
  const message = (kind: string, body: string) => {
    const head = Buffer.alloc(5);
    head.write(kind, 'latin1');
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, Buffer.from(body, 'latin1')]);
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      met += 1;
      const fault = 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
      socket.end(Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I'), message('E', fault)]));
    });
  });
  const { port, close } = await listenHere(server);
  return {
    url: `postgres://ada@127.0.0.1:${port}/ledger`,
    met: () => met,
    [Symbol.asyncDispose]: close,
  };
}

describeWithPostgres('a database that does not let us do everything', () => {
  test('says which right its user lacks', async () => {
    const { url } = await freshDatabase();
    await ledgerAt(url).script(
      'do $$ begin create role ada login; exception when duplicate_object then null; end $$',
    );
    const ada = Object.assign(new URL(url), { username: 'ada', password: '' });
    expect(await migrate(ledgerAt(ada.href)).catch((error) => error)).toMatchObject({
      code: 'ledger_down',
      message: expect.stringMatching(/^The user of DATABASE_URL lacks a right .*GRANT CREATE/),
    });
  });

  test('says that it can only be read', async () => {
    const { url } = await freshDatabase();
    const name = new URL(url).pathname.slice(1);
    await ledgerAt(url).script(`alter database ${name} set default_transaction_read_only = on`);
    const fault = await ledgerAt(url)
      .script('create table ledger.one (id integer)')
      .catch((error) => error);
    expect(fault).toMatchObject({
      code: 'ledger_down',
      message: expect.stringMatching(/^The database can only be read/),
    });
  });
});
