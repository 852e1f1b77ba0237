import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../../errors.ts';
import { isAnchored, JOURNAL_FILE, setAnchor } from './anchor.ts';
import { LOCK_FILE } from './folder-lock.ts';
import { FolderWatch } from './folder-watch.ts';

/** An attempt that may have been sent, and what came of it. */
export type JournalEntry = {
  position: number;
  /** The plan by content, and the account: two accounts may have a plan of one content. */
  planKey: string;
  /** The order's place in its plan, from 1. */
  order: number;
  attempt: number;
  nonce: number;
  quantity: number;
  worker: string;
  claimedAt: string;
  /** The answer's record as JSON; null: none has come. */
  answer: string | null;
};

const PAGE = 1_000;

function statementsOn(db: DatabaseSync) {
  return {
    insert: db.prepare(
      `insert into entries (position, plan, attempt, "order", nonce, quantity, worker, claimed_at)
       values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ),
    later: db.prepare(
      'select 1 from entries where plan = ? and attempt > ? and "order" = ? limit 1',
    ),
    update: db.prepare(
      'update entries set position = ?, answer = ? where plan = ? and attempt = ? and "order" = ?',
    ),
    page: db.prepare(
      `select position, p.key as "planKey", "order", attempt, nonce, quantity, worker,
         claimed_at as "claimedAt", answer
       from entries join plans p on p.id = plan where position > ? order by position limit ${PAGE}`,
    ),
  };
}

/**
 * What was sent, and what was answered, beside the embedded database, which may lose its last
 * second in a power cut or be put back from an older copy. All is on the disk when a call returns;
 * a whole batch takes 0.1 to 0.3 ms. `mark`, `answer` and `adopt` throw AppError `ledger_down` when
 * the disk does not take it, or when nobody would find it again: then nothing may be sent.
 */
export class Journal {
  readonly #db: DatabaseSync;
  readonly #folder: string;
  readonly #statements: ReturnType<typeof statementsOn>;
  readonly #planIds: ReturnType<typeof planIdsIn>;
  #position: number;
  #isOriginal: boolean;
  /** What a person should know about how it was opened, in sentences. */
  readonly warnings: readonly string[];
  /** Whether the folder still has the files that are written to. */
  readonly watch: FolderWatch;

  constructor(db: DatabaseSync, folder: string, warnings: string[]) {
    this.#db = db;
    this.#folder = folder;
    this.#statements = statementsOn(db);
    this.#planIds = planIdsIn(db);
    const newest = db.prepare('select coalesce(max(position), 0) as newest from entries').get();
    this.#position = newest?.newest as number;
    this.#isOriginal = isAnchored(db, folder);
    this.warnings = warnings;
    this.watch = new FolderWatch(folder, LOCK_FILE, JOURNAL_FILE, `${JOURNAL_FILE}-wal`);
  }

  /** Says of each whether it or a later attempt was marked before: then it must not be sent. */
  mark(entries: Omit<JournalEntry, 'position' | 'answer'>[]): boolean[] {
    const { insert, later } = this.#statements;
    return this.#inOneCommit(() =>
      entries.map(({ planKey, order, attempt, nonce, quantity, worker, claimedAt }) => {
        const plan = this.#planIds.of(planKey);
        const values = [nonce, quantity, worker, claimedAt];
        const { changes } = insert.run(this.#position + 1, plan, attempt, order, ...values);
        if (changes) this.#position += 1;
        return !changes || later.get(plan, attempt, order) !== undefined;
      }),
    );
  }

  /** In one commit. An answer to an attempt that was never marked is left out. */
  answer(answers: Pick<JournalEntry, 'planKey' | 'order' | 'attempt' | 'answer'>[]): void {
    const { update } = this.#statements;
    this.#inOneCommit(() => {
      for (const { planKey, order, attempt, answer } of answers) {
        const plan = this.#planIds.of(planKey);
        const { changes } = update.run(this.#position + 1, answer, plan, attempt, order);
        if (changes) this.#position += 1;
      }
    });
  }

  /** The newest position; each mark and each answer raises it. 0: there are none. */
  position(): number {
    return this.#position;
  }

  /** All entries whose mark or answer came after that position, oldest first, in pages. */
  *since(after: number): Generator<JournalEntry[]> {
    for (let from = after; ; ) {
      const entries = this.#statements.page.all(from) as JournalEntry[];
      if (entries.length > 0) yield entries.map((entry) => ({ ...entry }));
      if (entries.length < PAGE) return;
      from = entries.at(-1)?.position ?? from;
    }
  }

  /** False: a copy, or put back from one, or new. Then it may not know all that was sent. */
  get isOriginal(): boolean {
    return this.#isOriginal;
  }

  /** The same for what one account has sent: others may not have been looked at yet. */
  isOriginalFor(account: string): boolean {
    return this.#isOriginal || isAnchored(this.#db, this.#folder, account);
  }

  /** Call it once all is known that the account has sent, or all accounts: it is original now. */
  adopt(account?: string): void {
    this.#isOriginal = this.#inOneCommit(() => {
      setAnchor(this.#db, this.#folder, account);
      return isAnchored(this.#db, this.#folder);
    });
  }

  close(): void {
    this.#db.close();
  }

  #inOneCommit<Result>(work: () => Result): Result {
    const result = this.#commit(work);
    // Afterwards: what was removed before the commit has not taken it.
    const lost = this.watch.lost();
    if (lost) throw lost;
    return result;
  }

  #commit<Result>(work: () => Result): Result {
    const before = this.#position;
    const db = this.#db;
    try {
      db.exec('begin immediate');
      const result = work();
      db.exec('commit');
      return result;
    } catch (error) {
      this.#position = before;
      this.#planIds.forget();
      if (db.isOpen && db.isTransaction) db.exec('rollback');
      throw notTaken(this.#folder, error);
    }
  }
}

/** Plans' keys are long, and every entry would repeat one. */
function planIdsIn(db: DatabaseSync): { of(key: string): number; forget(): void } {
  const known = new Map<string, number>();
  const add = db.prepare('insert or ignore into plans (key) values (?)');
  const find = db.prepare('select id from plans where key = ?');
  return {
    of(key) {
      let id = known.get(key);
      if (id === undefined) {
        add.run(key);
        id = find.get(key)?.id as number;
        known.set(key, id);
      }
      return id;
    },
    /** After a rollback, which may have taken back what was added. */
    forget: () => known.clear(),
  };
}

function notTaken(folder: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'ledger_down',
    `The journal in ${folder} cannot be written (${reason}). ` +
      'Nothing is sent that is not in it. Check that the disk has room, and start ' +
      'again.',
    { folder, reason },
  );
}
