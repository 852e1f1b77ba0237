import {
  accountState,
  type Ledger,
  ordinalOf,
  readTrust,
  vouchFor,
  Watch,
} from '../../src/ledger/index.ts';
import { PLAN_KEY } from '../../src/ledger/order-id.ts';
import { Vouch, type VouchContext } from '../../src/vouch/vouch.ts';
import {
  type Answered,
  type Mark,
  type MarkStore,
  openMarks,
  openWitness,
  type Recalled,
  type Sent,
  type Witness,
} from '../../src/witness/index.ts';
import { sql } from '../support/ledger.ts';
import { callWith } from '../support/mark-call.ts';
import { newPlan, type SmallPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';

let runs = 0;

/** The database is another one from now on: as after a restart, a promotion or a restore. */
export async function moveOn(ledger: Ledger): Promise<void> {
  await say(ledger, 'incarnation', `'run ${++runs}'`);
}

/** Somebody vouches for the database as it is. */
export async function vouchNow(ledger: Ledger, { account }: Pick<SmallPlan, 'account'>) {
  const { incarnation } = await readTrust(ledger, account.id);
  await vouchFor(ledger, account.id, incarnation);
}

/** A history that the database belongs to; null: one that may lose commits in a restart. */
export async function belongTo(ledger: Ledger, lineage: string | null): Promise<void> {
  await say(ledger, 'lineage', lineage === null ? 'null::text' : `'${lineage}'`);
}

async function say(ledger: Ledger, name: string, text: string): Promise<void> {
  await ledger.script(
    `create or replace function ledger.${name}() returns text volatile language sql
       as $$ select ${text} $$`,
  );
}

/**
 * Marks in memory that all processes share. `forget`: as one that restarted and may lack the last.
 */
export function memoryStore(name = 'memory'): MarkStore & { forget(): void } {
  const marks = openMarks();
  let remembers = true;
  return {
    ticket: async () => '',
    mark: async (sent) => marks.add(sent),
    answered: async () => {},
    memory: async () => (remembers ? name : null),
    recall: (take) =>
      take(
        (async function* () {
          for (const bitmap of marks.bitmaps()) yield { ...bitmap, answers: [] };
        })(),
      ),
    async learn(bitmaps) {
      for await (const { planKey, attempt, bits } of bitmaps) {
        for (let order = 1; order < bits.length * 8; order++) {
          const isSet = (bits[order >> 3]! & (128 >> (order & 7))) !== 0;
          if (isSet) marks.add([{ planKey, attempt, order }]);
        }
      }
      remembers = true;
      return name;
    },
    forget: () => {
      remembers = false;
    },
  };
}

/** The same store, which hands over these answers as well, each with its attempt's marks. */
export function withAnswers<Store extends MarkStore>(store: Store, answers: Answered[]): Store {
  const marked = async function* (marks: AsyncIterable<Recalled>) {
    for await (const bitmap of marks)
      yield { ...bitmap, answers: answers.filter(({ attempt }) => attempt === bitmap.attempt) };
  };
  return { ...store, recall: (take) => store.recall((marks) => take(marked(marks))) };
}

export type Vouching = Pick<Vouch, 'watch'> &
  Pick<Watch, 'beat'> & {
    /** In two sweeps where need be: the first leaves it to workers that lived through a restart. */
    vouch(): Promise<boolean>;
    plan: SmallPlan;
    witness: Witness;
    /** The process's own clock goes on, ms. */
    pass(ms: number): void;
    /** Marks an attempt as its sender does, though the ledger does not know of it. */
    sentUnknown(order: number, attempt: number): Promise<void>;
  };

type Wishes = Partial<Pick<VouchContext, 'look' | 'waitMs'>> & {
  plan?: SmallPlan;
  store?: MarkStore | null;
  worker?: string;
};

/** A worker's vouching for the account of a plan, with its row among the workers. */
export async function openVouching(ledger: Ledger, wishes: Wishes = {}): Promise<Vouching> {
  const { look = null, waitMs = 90_000, store = null } = wishes;
  const plan = wishes.plan ?? (await newPlan(ledger));
  const { worker = `worker of plan ${plan.id}` } = wishes;
  const heartbeat = new Watch(ledger, { accountId: plan.account.id, name: worker });
  await heartbeat.beat();
  const witness = openWitness(store);
  let ms = 0;
  const vouch = new Vouch({
    ...{ ledger, account: plan.account, witness, worker, log: silentLog },
    ...{ deadlineMs: 60_000, waitMs, look, now: () => ms },
  });
  return {
    beat: () => heartbeat.beat(),
    watch: () => vouch.watch(),
    vouch: async () => (await vouch.vouch()) || vouch.vouch(),
    ...{ plan, witness },
    pass: (more) => {
      ms += more;
    },
    async sentUnknown(order, attempt) {
      await witness.mark(
        [await sentOf(ledger, plan, order, attempt)],
        callWith(await witness.ticket()),
      );
    },
  };
}

/** The mark of the plan's n-th order. */
export async function sentOf(
  ledger: Ledger,
  { id, orders }: SmallPlan,
  order: number,
  attempt: number,
): Promise<Sent & Mark> {
  const [plan] = await sql<{ planKey: string }>(
    ledger,
    `select ${PLAN_KEY} as "planKey" from ledger.plans p where id = $1`,
    [id],
  );
  return {
    ...{ planKey: plan!.planKey, order: ordinalOf(orders[order]!), attempt },
    ...{ nonce: 7, quantity: 10 },
  };
}

/** Whether somebody vouches for the database as it is, and why the account is paused. */
export async function ground(ledger: Ledger, { account }: SmallPlan) {
  const { incarnation, vouchedFor } = await readTrust(ledger, account.id);
  const { pausedReason } = await accountState(ledger, account.name);
  return { isVouchedFor: incarnation === vouchedFor, pausedReason };
}
