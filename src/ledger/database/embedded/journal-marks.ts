import type { Account } from '../../../documents/index.ts';
import type { Answered, Mark, MarkStore, Recalled } from '../../../witness/index.ts';
import { openMarks, ordersIn } from '../../../witness/index.ts';
import type { Ledger } from '../../ledger.ts';
import type { Journal, JournalEntry } from './journal.ts';

type Owner = Pick<Account, 'id' | 'name'>;

/** An account's marks in the journal of the embedded ledger; null: this ledger has none. */
export function journalMarks(ledger: Ledger, account: Owner, worker = ''): MarkStore | null {
  const { journal } = ledger;
  if (!journal) return null;
  const own = <M extends Mark>(mark: M) => ({ ...mark, planKey: ownKey(mark.planKey, account) });
  return {
    // One process has the folder, and its claims end with it.
    ticket: async () => '',
    async mark(marks) {
      const claimedAt = new Date().toISOString();
      const before = journal.mark(marks.map((mark) => ({ ...own(mark), worker, claimedAt })));
      return marks.filter((_, at) => before[at]);
    },
    answered: async (answers) =>
      journal.answer(
        answers.map(({ record, ...mark }) => ({ ...own(mark), answer: JSON.stringify(record) })),
      ),
    memory: async () => (journal.isOriginalFor(account.name) ? MEMORY : null),
    recall: (take) => recall(ledger, journal, account, take),
    async learn(bitmaps) {
      for await (const { planKey, attempt, bits } of bitmaps) {
        const entries = ordersIn(bits).map((order) => own({ planKey, attempt, order, ...LEARNT }));
        journal.mark(entries);
      }
      // The ledger has taught it all that it knows. A position below 0 waits to be read again.
      await ledger.query(
        'update ledger.accounts set journal_position = $2 where id = $1 and journal_position >= 0',
        [account.id, journal.position()],
      );
      journal.adopt(account.name);
      return MEMORY;
    },
  };
}

/** A folder has one journal, and no ledger of another folder uses it. */
const MEMORY = 'journal';

/** All accounts share the journal, and each may have a plan of the same content. */
function ownKey(planKey: string, { name }: Pick<Owner, 'name'>): string {
  return `${planKey} ${name}`;
}

/** What the ledger knew of an attempt that the journal did not. */
const LEARNT = { nonce: 0, quantity: 0, worker: 'ledger', claimedAt: '' };

/** Hands over what came after the position up to which the ledger has all, then moves that. */
async function recall(
  ledger: Ledger,
  journal: Journal,
  account: Owner,
  take: (marks: AsyncIterable<Recalled>) => Promise<void>,
): Promise<void> {
  const [row] = await ledger.query<{ position: number }>(
    'select journal_position as position from ledger.accounts where id = $1',
    [account.id],
  );
  const end = journal.position();
  const before = row?.position ?? 0;
  // A new journal counts from the beginning.
  const from = before > end ? 0 : before;
  await take(
    (async function* () {
      for (const entries of journal.since(from)) yield* recalled(ownOf(entries, account));
    })(),
  );
  // Unless it was set back meanwhile, so that all is read again.
  await ledger.query(
    'update ledger.accounts set journal_position = $2 where id = $1 and journal_position = $3',
    [account.id, end, before],
  );
}

/** The account's own entries, with the plan's key as the ledger knows it. */
function ownOf(entries: JournalEntry[], account: Pick<Owner, 'name'>): JournalEntry[] {
  return entries.flatMap((entry) => {
    const [planKey = ''] = entry.planKey.split(' ', 1);
    return entry.planKey === ownKey(planKey, account) ? [{ ...entry, planKey }] : [];
  });
}

function recalled(entries: JournalEntry[]): Recalled[] {
  const marks = openMarks();
  marks.add(entries);
  const answersTo = (of: Omit<Mark, 'order'>): Answered[] =>
    entries
      .filter(({ planKey, attempt }) => planKey === of.planKey && attempt === of.attempt)
      .flatMap(({ planKey, order, attempt, answer }) =>
        answer === null ? [] : [{ planKey, order, attempt, record: JSON.parse(answer) }],
      );
  return marks.bitmaps().map((bitmap) => ({ ...bitmap, answers: answersTo(bitmap) }));
}
