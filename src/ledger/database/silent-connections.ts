/**
 * A connection may fall silent without an end, as when the server's machine loses power: a
 * statement on it would wait for ever. So a statement on which nothing moves is asked about on a
 * new connection, and its own is cut when the server is not at it; what it did may have been
 * committed. A long one stays, and so does a COPY. Where no new connection answers, nothing is cut.
 */
import pg from 'pg';

/** Nothing moves on a connection for this long, ms, before it is asked about. */
const SILENT_MS = 10_000;
const PROBE_WITHIN_MS = 5_000;

/** What the driver has and its types lack. */
type Inner = {
  processID: number;
  /** False while a statement is out. */
  readyForQuery: boolean;
  connection: { stream: { bytesRead: number; bytesWritten: number; destroy(error: Error): void } };
};

type Watched = { client: Inner; moved: number; movedAt: number };

export function watchForSilence(connectionString: string, silentMs = SILENT_MS) {
  const all = new Map<object, Watched>();
  let isProbing = false;

  /** Since when nothing has moved. Only a look notices, so it may be later than that. */
  function silentSince(watched: Watched): number {
    const { bytesRead, bytesWritten } = watched.client.connection.stream;
    const moved = bytesRead + bytesWritten;
    if (moved !== watched.moved) Object.assign(watched, { moved, movedAt: performance.now() });
    return watched.movedAt;
  }

  async function look(): Promise<void> {
    const now = performance.now();
    const isSilent = (each: Watched) => now - silentSince(each) >= silentMs;
    const silent = [...all.values()].filter(isSilent);
    const out = silent.filter(({ client }) => !client.readyForQuery);
    if (out.length === 0 || isProbing) return;
    isProbing = true;
    const pids = out.map(({ client }) => client.processID);
    const isBusy = await askWhatRuns(connectionString, pids, silentMs).catch(() => null);
    isProbing = false;
    if (isBusy === null) return;
    for (const each of out) if (isBusy(each.client.processID)) each.movedAt = performance.now();
    const dead = out.filter((each) => !isBusy(each.client.processID) && isSilent(each));
    // Idle ones have probably fallen silent with it. A new connection costs less than to find out.
    const idle = silent.filter((each) => each.client.readyForQuery && isSilent(each));
    for (const { client } of dead.length > 0 ? [...dead, ...idle] : [])
      client.connection.stream.destroy(new Error('the connection has fallen silent'));
  }

  const timer = setInterval(() => void look(), silentMs / 5).unref();
  return {
    watch(pool: pg.Pool): void {
      pool.on('connect', (client) => {
        all.set(client, { client: client as unknown as Inner, moved: 0, movedAt: 0 });
      });
      pool.on('remove', (client) => all.delete(client));
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Asks on a new connection. The answer tells whether the server is at a backend's statement. One
 * that waits in a transaction for what we have sent is ended: it would keep its locks for hours.
 */
async function askWhatRuns(connectionString: string, pids: number[], silentMs: number) {
  const probe = new pg.Client({
    connectionString,
    application_name: 'bulk-order',
    connectionTimeoutMillis: PROBE_WITHIN_MS,
    query_timeout: PROBE_WITHIN_MS,
  });
  probe.on('error', () => {});
  try {
    await probe.connect();
    const { processID } = probe as unknown as Inner;
    const { rows } = await probe.query<Running>(WHAT_RUNS, [pids, processID, silentMs / 2]);
    const { isPooled, busy, isAnyBusy } = rows[0]!;
    return (pid: number) => (isPooled ? isAnyBusy : busy.includes(pid));
  } finally {
    void probe.end().catch(() => {});
  }
}

type Running = { isPooled: boolean; busy: number[]; isAnyBusy: boolean };

/** A pooler gives out numbers of its own: then only "nothing runs" says something of a backend. */
const WHAT_RUNS = `
  with backends as (
    select pid, coalesce(state, '') not like 'idle%' as "isBusy",
      state like 'idle in transaction%'
        and state_change < pg_catalog.now() - $3 * interval '1 ms' as "isLeft"
    from pg_catalog.pg_stat_activity
    where datname = current_database() and usename = current_user
      and pid <> pg_catalog.pg_backend_pid()
  ), ended as (
    select pg_catalog.pg_terminate_backend(pid) from backends
    where pid = any($1::int[]) and "isLeft" and pg_catalog.pg_backend_pid() = $2
  )
  select pg_catalog.pg_backend_pid() <> $2 as "isPooled",
    array(select pid from backends where "isBusy" and pid = any($1::int[])) as busy,
    exists (select from backends where "isBusy") as "isAnyBusy",
    (select count(*) from ended) as ended`;
