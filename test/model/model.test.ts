import { expect, test } from 'vitest';
import { exploreOrders } from './model.ts';
import {
  ALL_DEFENCES,
  ALL_FAULTS,
  type Defence,
  type Fault,
  OLD_DEFENCES,
  rulesOf,
} from './rules.ts';

type Bounds = { attempts?: number; flights?: number };

const allBut = (...dropped: Defence[]) => ALL_DEFENCES.filter((one) => !dropped.includes(one));
const allFaultsBut = (...dropped: Fault[]) => ALL_FAULTS.filter((one) => !dropped.includes(one));

/** Why these faults let an order be bought twice, step by step; null: they never do. */
function hole(faults: Fault[], defences: Defence[], bounds?: Bounds): string | null {
  return exploreOrders(1, rulesOf(faults, defences, bounds)).trace?.join('\n') ?? null;
}

test('one order is never sold twice, whatever goes wrong together', () => {
  const { trace, states } = exploreOrders(1, rulesOf(ALL_FAULTS, ALL_DEFENCES));
  expect(trace).toBeNull();
  // A model in which little can happen keeps every promise.
  expect(states).toBeGreaterThan(50_000);
});

test('a line of two orders never gets more than it asked for, while the ledger is whole', () => {
  const faults = allFaultsBut(
    ...(['commitsLost', 'olderLedger', 'powerCut', 'witnessForgets'] as const),
    ...(['contradictoryAnswer', 'recordRepeats'] as const),
  );
  const { trace, states } = exploreOrders(2, rulesOf(faults, ALL_DEFENCES));
  expect(trace).toBeNull();
  expect(states).toBeGreaterThan(50_000);
});

test('nor when the ledger goes back under two orders, one request at a time', () => {
  const faults: Fault[] = ['commitsLost', 'olderLedger', 'secondWorker', 'witnessForgets'];
  const rules = rulesOf(faults, ALL_DEFENCES, { attempts: 1, flights: 1 });
  expect(exploreOrders(2, rules).trace).toBeNull();
});

test('nothing is sold twice when nothing goes wrong, also without any defence', () => {
  expect(hole([], [])).toBeNull();
});

/**
 * What was reproduced on the program as it was, and the defences that are taken away to find it.
 */
const holes: { name: string; faults: Fault[]; without: Defence[]; by: RegExp }[] = [
  {
    name: 'H1: lost commits',
    faults: ['commitsLost'],
    without: ['witness', 'processMemory', 'vouching'],
    by: /THE LEDGER GOES BACK/,
  },
  {
    name: 'H2: an older ledger',
    faults: ['olderLedger'],
    without: ['witness', 'processMemory', 'vouching'],
    by: /THE LEDGER GOES BACK.*the plan is submitted/s,
  },
  {
    name: 'H3: a power cut',
    faults: ['powerCut'],
    without: ['witness', 'vouching'],
    by: /THE POWER IS CUT/,
  },
  { name: 'H5: a list that lies', faults: ['listLies'], without: ['believableList'], by: /LIES/ },
  {
    name: 'H5: a list that lies when the ledger is looked at, too',
    faults: ['listLies', 'commitsLost', 'witnessForgets'],
    without: ['believableList'],
    by: /LIES/,
  },
  {
    name: 'H6: a clock that jumps',
    faults: ['clockJumps'],
    without: ['watchedTime'],
    by: /verdict "nothing"/,
  },
  {
    name: 'H8: a person who settles too early',
    faults: ['earlyPerson'],
    without: ['personChecked'],
    by: /TOO EARLY/,
  },
  {
    name: 'H9: a claim in the transaction of another',
    faults: ['sharedSession'],
    without: ['isolation'],
    by: /ROLLED BACK/,
  },
  {
    name: 'H10: an answer that contradicts itself',
    faults: ['contradictoryAnswer'],
    without: ['wholeAnswer'],
    by: /, and sells/,
  },
  {
    name: 'H11: a worker of the older version, and lost commits',
    faults: ['newerSchema', 'commitsLost'],
    without: ['versionFence'],
    by: /OF THE OLDER VERSION/,
  },
  {
    name: 'H12: a person against the evidence',
    faults: ['wrongPerson'],
    without: ['personChecked'],
    by: /AGAINST THE EVIDENCE/,
  },
  {
    name: 'a job that is delivered twice',
    faults: ['queueDuplicates'],
    without: ['compareAndSet'],
    by: /claimed\norder 0 is claimed/,
  },
];

test.each(holes)('$name is found without $without', ({ faults, without, by }) => {
  expect(hole(faults, allBut(...without))).toMatch(by);
});

/**
 * Parts of the defences that look like too much, each with the shortest way to show that it is not.
 */
const parts: { name: string; faults: Fault[]; without: Defence; by: RegExp }[] = [
  {
    name: 'a claim from before the ledger went back is marked after the witness was compared',
    faults: ['commitsLost'],
    without: 'markFence',
    by: /compared.*claimed.*marked and sent.*marked and sent/s,
  },
  {
    name: 'an emptied witness takes marks and is compared as if it knew them all',
    faults: ['commitsLost', 'witnessForgets'],
    without: 'markKnows',
    by: /EMPTIED.*compared/s,
  },
  {
    name: 'a plan that the ledger lost is submitted again, and its number 1 given back unsent',
    faults: ['olderLedger'],
    without: 'leftOverKept',
    by: /GOES BACK.*submitted/s,
  },
  {
    name: 'a list that is read before the ledger is vouched for makes its numbers look old',
    faults: ['commitsLost'],
    without: 'freshVerdict',
    by: /GOES BACK.*a list is read.*verdict "nothing"/s,
  },
  {
    name: 'a late "no" to one attempt is taken for a later one that the ledger lost',
    faults: ['commitsLost'],
    without: 'provenNo',
    by: /GOES BACK.*"(later|never)" is recorded/s,
  },
  {
    name: 'an answer is matched by the number of its attempt, which was given out twice',
    faults: ['commitsLost'],
    without: 'nonce',
    by: /compared.*claimed\n"later" is recorded/s,
  },
  {
    name: 'a mark is left to the witness, and the plan is submitted again under another id',
    faults: ['olderLedger'],
    without: 'contentKey',
    by: /GOES BACK.*submitted/s,
  },
];

test.each(parts)('without $without, $name', ({ faults, without, by }) => {
  expect(hole(faults, allBut(without))).toMatch(by);
});

test('orders of a line judged by lists of different ages get more than they asked for', () => {
  const rules = rulesOf([], allBut('lineBaseline'));
  expect(exploreOrders(2, rules).trace?.at(-1)).toBe('SOLD TWICE');
});

const NETS: Defence[] = ['witness', 'processMemory', 'vouching'];

test('an order in doubt that loses another attempt keeps the list from before the doubt', () => {
  const faults: Fault[] = ['commitsLost', 'witnessForgets', 'secondWorker'];
  const by = /a list is read and kept.*GOES BACK.*verdict "nothing".*SOLD TWICE/s;
  // It takes three attempts and two losses.
  expect(hole(faults, allBut('olderList'), { attempts: 3 })).toMatch(by);
});

test.each(NETS)('%s alone closes the plain case of lost commits: the claim is lost', (net) => {
  const others = NETS.filter((one) => one !== net);
  expect(hole(['commitsLost'], allBut(...others), { attempts: 1 })).toBeNull();
});

test.each(['witness', 'processMemory'] as const)(
  'vouching and %s close lost commits, also after processes have ended',
  (net) => {
    const faults: Fault[] = ['commitsLost', 'secondWorker', 'workerDies'];
    const other = net === 'witness' ? 'processMemory' : 'witness';
    expect(hole(faults, allBut(other))).toBeNull();
  },
);

test('the memory of one process does not help against another one', () => {
  const without = allBut('witness', 'vouching');
  expect(hole(['commitsLost', 'secondWorker'], without, { attempts: 1 })).toMatch(/SOLD TWICE/);
});

test('without vouching, a claim given back unsent takes the number of a lost attempt', () => {
  expect(hole(['commitsLost'], allBut('vouching'))).toMatch(/too late.*attempt 2.*SOLD TWICE/s);
});

test.each<Fault[][]>([
  [['clockJumps']],
  [['listLies']],
  [['commitsLost']],
  [['olderLedger']],
  [['powerCut']],
  [['sharedSession']],
  [['contradictoryAnswer']],
  [['earlyPerson']],
  [['workerSilent', 'earlyPerson']],
  [['wrongPerson']],
])('the old program fails with %j', (faults) => {
  expect(hole(faults, OLD_DEFENCES)).toMatch(/SOLD/);
});

test('the old program holds when processes, the queue and the network fail', () => {
  const faults: Fault[] = ['queueDuplicates', 'secondWorker', 'workerDies', 'workerSilent'];
  faults.push('recordRepeats', 'witnessForgets', 'listLags');
  expect(hole(faults, OLD_DEFENCES)).toBeNull();
});

test('beyond the promise: a list that lacks only the newest numbers, for too long', () => {
  expect(hole(['listStale'], ALL_DEFENCES)).toMatch(/verdict "nothing".*SOLD TWICE/s);
});

test('a process that finds its own last commit does not know what another one has lost', () => {
  const faults: Fault[] = ['commitsLost', 'secondWorker', 'sameTimeline'];
  expect(hole(faults, ALL_DEFENCES)).toMatch(/its own last commit.*SOLD TWICE/s);
});
