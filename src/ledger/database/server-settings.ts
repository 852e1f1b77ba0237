import type { Ledger } from '../ledger.ts';

/** How a server is set up that the promises cannot rest on. */
export type ServerFault = {
  /** A sentence for a person: what is set, what follows, what to do. */
  words: string;
  /** With it the program would promise what it cannot keep: not for a live account. */
  isGrave: boolean;
};

const syncOff = (name: string) =>
  `PostgreSQL runs with ${name} = off: ` +
  'a power cut loses or damages what was bought. ' +
  `Set ${name} = on.`;

/** Looks at the server's settings. The embedded database has a journal instead of these. */
export async function serverFaults(ledger: Ledger): Promise<ServerFault[]> {
  if (ledger.kind === 'embedded') return [];
  type Server = { fsync: boolean; fullPages: boolean; isLagging: boolean; isHidden: boolean };
  const [server] = await ledger.query<Server>(
    `select current_setting('fsync')::boolean as fsync,
       current_setting('full_page_writes')::boolean as "fullPages",
       exists (select from pg_stat_replication
         where sync_state = 'async' and state <> 'backup') as "isLagging",
       -- A user without the right sees the standby, but not its state.
       exists (select from pg_stat_replication where sync_state is null) as "isHidden"`,
  );
  const faults: ServerFault[] = [];
  if (!server?.fsync) faults.push({ words: syncOff('fsync'), isGrave: true });
  if (!server?.fullPages) faults.push({ words: syncOff('full_page_writes'), isGrave: true });
  if (server?.isLagging) faults.push({ words: LAGGING, isGrave: false });
  if (server?.isHidden) faults.push({ words: HIDDEN, isGrave: false });
  return faults;
}

const LAGGING =
  'A standby follows PostgreSQL asynchronously: ' +
  'a fail-over to it loses the last commits. Nothing is bought twice then, but ' +
  'the orders sent last become unknown. Set synchronous_standby_names to lose ' +
  'none.';

const HIDDEN =
  'PostgreSQL does not show this user whether its standbys follow synchronously. ' +
  'Grant pg_read_all_stats to the user of DATABASE_URL.';
