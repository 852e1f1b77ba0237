/** What can go wrong in a schedule. */

/** Where the queue is kept; `embedded`: with the ledger, in the one process that works. */
export type QueueKind = 'redis' | 'ledger' | 'embedded';

type Kind = {
  /** How often it is drawn. */
  weight: number;
  /** Where it takes time, the shortest and the longest, ms. */
  forMs: [number, number];
  on: QueueKind[];
};

const REDIS: QueueKind[] = ['redis'];
const SERVERS: QueueKind[] = ['redis', 'ledger'];
const FOLDER: QueueKind[] = ['embedded'];
const ALL: QueueKind[] = [...SERVERS, ...FOLDER];

/** Things that break. */
const BREAKING = {
  /** A worker dies at once; another one is there so much later. */
  kill: { weight: 5, forMs: [0, 1_500], on: ALL },
  kill_all: { weight: 1, forMs: [0, 1_500], on: SERVERS },
  /** A worker is asked to end, and does; another one is there so much later. */
  term: { weight: 3, forMs: [0, 800], on: ALL },
  /** A worker stands still for so long. */
  stop: { weight: 3, forMs: [200, 4_000], on: ALL },
  /** Longer than any deadline: what it was sending is unknown when it wakes up. */
  long_stop: { weight: 0.4, forMs: [34_000, 40_000], on: ALL },
  redis_flush: { weight: 3, forMs: [0, 0], on: REDIS },
  /** Redis is killed and gone for so long. */
  redis_kill: { weight: 2, forMs: [0, 3_000], on: REDIS },
  /** PostgreSQL ends all connections. */
  ledger_cut: { weight: 3, forMs: [0, 0], on: SERVERS },
  /** PostgreSQL is killed and gone for so long. */
  ledger_kill: { weight: 2, forMs: [0, 2_500], on: SERVERS },
  /** Nobody listens where the vendor was. */
  vendor_gone: { weight: 2, forMs: [200, 3_000], on: ALL },
  /** Jobs are delivered that were delivered before. */
  duplicates: { weight: 4, forMs: [0, 0], on: SERVERS },
  /** A person pauses a plan and resumes it so much later. */
  plan_pause: { weight: 1, forMs: [200, 2_000], on: SERVERS },
  plan_cancel: { weight: 0.3, forMs: [0, 0], on: SERVERS },
  /** A person has what was refused or undelivered tried again. */
  plan_retry: { weight: 1.5, forMs: [0, 0], on: SERVERS },
} satisfies Record<string, Kind>;

/** The ground that the promise stands on moves. */
const GROUND = {
  /** PostgreSQL's disk is put back to what it was so much before. */
  ledger_back: { weight: 3, forMs: [300, 3_000], on: SERVERS },
  /** A replica that has not followed for so long takes over. */
  ledger_promote: { weight: 2, forMs: [300, 3_000], on: SERVERS },
  /** The database's clock is set, or the workers', and back so much later. */
  clock_set: { weight: 3, forMs: [500, 6_000], on: ALL },
  /** The vendor's list lies for so long. */
  list_lies: { weight: 3, forMs: [2_000, 30_000], on: ALL },
  /** A person settles what is unknown, and errs; for so long there may be nothing to settle. */
  early_person: { weight: 2, forMs: [1_000, 8_000], on: SERVERS },
  /**
   * The embedded ledger's folder, or the database in it, is put back to what it was so much before.
   */
  folder_back: { weight: 3, forMs: [300, 3_000], on: FOLDER },
  /** The machine of the embedded ledger loses its power: what was not synced is gone. */
  power_cut: { weight: 3, forMs: [0, 1_000], on: FOLDER },
  /** A second process wants the embedded ledger, as if from another container. */
  second_holder: { weight: 2, forMs: [0, 0], on: FOLDER },
} satisfies Record<string, Kind>;

export type BreakingKind = keyof typeof BREAKING;
export type GroundKind = keyof typeof GROUND;
export type FaultKind = BreakingKind | GroundKind;

export const KINDS: Record<FaultKind, Kind> = { ...BREAKING, ...GROUND };
export const BREAKING_KINDS = Object.keys(BREAKING) as BreakingKind[];
export const GROUND_KINDS = Object.keys(GROUND) as GroundKind[];
export const FAULT_KINDS: FaultKind[] = [...BREAKING_KINDS, ...GROUND_KINDS];

/** After these the ledger may know less than it did. */
export const ROLLING_BACK: FaultKind[] = [
  'ledger_back',
  'ledger_promote',
  'folder_back',
  'power_cut',
];
/** After these Redis may have lost what it remembers. */
export const FORGETTING: FaultKind[] = ['redis_flush', 'redis_kill'];
/** These need a PostgreSQL of the schedule's own. */
export const OWN_SERVER: FaultKind[] = ['ledger_back', 'ledger_promote', 'clock_set'];
