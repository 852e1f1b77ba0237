/** What can go wrong. */
export const FAULTS = {
  secondWorker: 'Another process works for the same account.',
  queueDuplicates: 'A job is delivered to two workers at once.',
  workerDies: 'A process ends at any moment, and another one begins.',
  workerSilent:
    'A process falls silent: its attempt becomes unknown while the request is under way.',
  recordRepeats: 'An answer is recorded, and the process that recorded it is not told so.',
  commitsLost: 'A replica that lags is promoted: the ledger loses its last commits.',
  olderLedger: 'The ledger is put back from any earlier copy, also from before the plan.',
  powerCut: 'All processes end, and the ledger loses its last commits at the same moment.',
  sharedSession: 'A claim is returned and then rolled back with the transaction of another.',
  witnessForgets: 'Redis is emptied.',
  clockJumps: 'A clock says that time has passed which nobody has seen pass.',
  listLags: 'A number is on the list of the vendor only some time after its sale.',
  listLies: 'The list lacks numbers that are owned, or has them under another area code.',
  earlyPerson: 'A person settles, or resumes the account, before it can be known what happened.',
  wrongPerson: 'A person settles against the evidence.',
  contradictoryAnswer: 'The vendor says "later" or "no", and sells.',
  newerSchema: 'A worker of the older version stays when the schema is upgraded.',
} as const;

/** What nothing stands against: see the tests. */
export const BEYOND = {
  sameTimeline: 'The ledger loses commits and keeps the identity and the timeline of its server.',
  listStale: 'The list lacks the newest numbers for longer than the settling time, and no others.',
} as const;

/** What stands against it. */
const DEFENCES = {
  compareAndSet: 'One claim of many gets an order.',
  witness:
    'An attempt is marked outside the ledger before its first byte; a mark is never set twice.',
  processMemory: 'A process sends no attempt a second time.',
  vouching: 'No order is claimed in a new incarnation of the ledger before it was found whole.',
  markFence:
    'A mark names the incarnation of its claim, and the witness takes the newest one only.',
  markKnows: 'A witness that was emptied takes no mark before it has learnt from the ledger.',
  leftOverKept: 'What the account may own of a plan that the ledger lost is kept for that plan.',
  freshVerdict:
    'Lists and verdicts count in the incarnation in which they were read, once it is vouched for.',
  olderList: 'An order in doubt that loses one more attempt keeps the list from before the doubt.',
  watchedTime: 'Only time that a process has seen pass by a monotonic clock counts.',
  believableList: 'A list that lacks what it must have, or has strangers, says nothing.',
  lineBaseline: 'Orders of a line are judged by the list from before the first of them.',
  personChecked: "A person's word is held against the deadline and the evidence.",
  wholeAnswer: 'An answer counts when all of it says the same.',
  nonce: 'An answer is matched to its own claim.',
  provenNo: 'For an attempt that the ledger lost no answer counts but a sale.',
  isolation: 'Nobody else uses the session of a claim.',
  versionFence: 'A worker claims nothing when the schema is newer than it knows.',
  contentKey: 'Marks go by the content of the plan, not by its id.',
  provenFirst: 'A successor is made only when the order before it is proven to lack something.',
} as const;

/** What stands against a ledger that goes back under a successor. */
const FAMILY_DEFENCES = {
  shortDoubted: 'An order that is short is in doubt when a later attempt of it comes to light.',
  successorKept:
    'A successor that was sent, and that the ledger lacks, is in doubt when it is made again.',
  successorProves: 'A mark of a successor proves that the order before it has ended.',
} as const;

export type Fault = keyof typeof FAULTS | keyof typeof BEYOND;
export type Defence = keyof typeof DEFENCES | keyof typeof FAMILY_DEFENCES;

export type Rules = {
  has: { [fault in Fault]?: boolean };
  guards: { [defence in Defence]?: boolean };
  /**
   * Null: the orders are of one split. Else the second one succeeds the first: it asks for what
   * that lacks, in another area code or once more in the same.
   */
  family: 'elsewhere' | 'again' | null;
  /** The most claims of one order, and the most requests under way at once. */
  attempts: number;
  flights: number;
};

export const ALL_FAULTS = Object.keys(FAULTS) as Fault[];
export const ALL_DEFENCES = Object.keys(DEFENCES) as Defence[];
export const ALL_OF_FAMILIES = Object.keys(FAMILY_DEFENCES) as Defence[];

/** The program before the ground was thought of. */
export const OLD_DEFENCES: Defence[] = ['compareAndSet'];

export function rulesOf(
  faults: Fault[],
  defences: Defence[],
  bounds: Partial<Pick<Rules, 'attempts' | 'flights' | 'family'>> = {},
): Rules {
  const set = (names: string[]) => Object.fromEntries(names.map((name) => [name, true]));
  return {
    has: set(faults),
    guards: set(defences),
    family: null,
    attempts: 2,
    flights: 2,
    ...bounds,
  };
}
