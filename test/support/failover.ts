import { lastingProxy } from './cutting-proxy.ts';
import { inPostgres } from './in-server.ts';
import { type PostgresOptions, replicaOf } from './postgres-server.ts';
import type { PrivateServer } from './server-process.ts';
import { until } from './until.ts';

/** An address of PostgreSQL's, behind which a replica can take over. */
export type FailoverAddress = Awaited<ReturnType<typeof openFailover>>;

/** `primary` has been started. It and its replicas are gone when the address is closed. */
export async function openFailover(primary: PrivateServer, options: PostgresOptions = {}) {
  let serving = primary;
  const others: PrivateServer[] = [];
  let follower: PrivateServer | undefined;
  const proxy = await lastingProxy(
    () => serving.port,
    () => null,
  );

  async function follow(): Promise<PrivateServer> {
    // A clock that is set meanwhile breaks the copying off.
    const replica = await until(() => replicaOf(serving, options), { what: 'a replica is made' });
    others.push(replica);
    await replica.start();
    return replica;
  }

  async function takeOver(replica: PrivateServer): Promise<void> {
    const before = serving;
    await before.kill();
    await proxy.shutDuring(async () => {
      await query(replica.url, 'select pg_promote(true, 600)');
      serving = replica;
    });
    others.splice(others.indexOf(replica), 1);
    await before.discard();
  }

  return {
    url: primary.url.replace(`:${primary.port}/`, `:${proxy.port}/`),
    /** The one that serves it at the moment. */
    server: () => serving,
    /** Makes a replica that follows, for the next `fallBehind`. It takes seconds. */
    async follow() {
      follower = await follow();
    },
    /**
     * Has the replica follow no further than to this moment. Returns what has it take over: the
     * primary is killed for good, and what it was told since then is lost.
     */
    async fallBehind(): Promise<() => Promise<void>> {
      const replica = follower ?? (await follow());
      follower = undefined;
      await query(replica.url, "alter system set primary_conninfo = ''");
      await query(replica.url, 'select pg_reload_conf()');
      await until(async () => (await query(replica.url, RECEIVER)).rowCount === 0, {
        what: 'the replica follows no more',
      });
      return () => takeOver(replica);
    },
    async close() {
      await proxy.close();
      for (const server of [serving, ...others]) await server.discard();
    },
  };
}

const RECEIVER = 'select pid from pg_stat_wal_receiver where pid is not null';

const query = (url: string, text: string) => inPostgres(url, (client) => client.query(text));
