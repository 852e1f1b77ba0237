import { count, counted, firstOf } from '../../english.ts';
import { AppError } from '../../errors.ts';
import {
  type Buyer,
  fits,
  type LeftOver,
  leftOver,
  NONE_LEFT,
  type Verdict,
  whoHas,
} from '../../evidence/index.ts';
import { shortHash } from '../../seen.ts';
import { IS_VOUCHED_FOR } from '../accounts/accounts.ts';
import { SENT_ORDERS, WANTED } from '../asked.ts';
import { only, type Queries } from '../ledger.ts';
import { type OwnedNumber, ownedAmong } from '../listings/listings.ts';
import { boughtByVerdict } from '../listings/verdicts.ts';
import { lostSince } from '../lost-plans/hold-up.ts';
import { objectionsToLack } from './contradicted.ts';
import { lookAtUnexplained } from './unexplained.ts';

/** A person's finding on an unknown order: it bought these numbers, or nothing. */
export type Finding = { bought: string[] } | { nothing: true };

/** Reads what nothing explains in an account, or remembers it. */
export type Look = typeof lookAtUnexplained;

/** `named`: what the vendor itself named for the order and it does not have. */
type Known = Buyer & {
  accountId: number;
  /** Watched ms until an unanswered request must be over, even one that was cut; 0: it is over. */
  remainingMs: number;
  /** The ledger is known to be whole. */
  isVouchedFor: boolean;
  /** When the newest list after the attempt was read; null: there is none. */
  listedAt: Date | null;
  /** A list was read since its request ended. */
  hasLaterList: boolean;
  /** As `lostSince` says. */
  lostSince: number | null;
};

export const COMPARE_FIRST =
  'The database is not the one that was running before, and no worker has found out yet ' +
  'what it may have lost. Start one ("work"), or wait for the one that runs.';

/** What is overruled: the objections of these names, or all of them. */
export type Overruled = boolean | string[];

/** Names an objection by its words, whatever the time: seconds that pass do not make it another. */
export const nameOfObjection = (objection: string): string =>
  shortHash(objection.replaceAll(/\b\d+ seconds?\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, ''));

/**
 * Throws AppError `against_evidence` unless all is overruled. Returns what the event keeps. `order`
 * is to be settled.
 */
export function overruled(
  what: string,
  objections: string[],
  againstEvidence: Overruled,
  order?: number,
): { againstEvidence?: string[] } {
  if (objections.length === 0) return {};
  const isOverruled = (objection: string) =>
    Array.isArray(againstEvidence)
      ? againstEvidence.includes(nameOfObjection(objection))
      : againstEvidence;
  if (objections.every(isOverruled)) return { againstEvidence: objections };
  const insist =
    order === undefined
      ? ' If you know better, say it with --against-evidence and --why: all are kept.'
      : ' If you know better, say --bought N,N or --nothing with --against-evidence and --why: ' +
        'all are kept.';
  throw new AppError(
    'against_evidence',
    `${what}, for this speaks against it. ${objections.join(' ')}${insist}`,
    { ...(order === undefined ? {} : { order }), objections },
  );
}

/**
 * Objections to a finding on an unknown order, each a sentence. While the ledger is in doubt, that
 * is the only one. There are only three to a finding that agrees with `verdict`: it leaves out what
 * the vendor named, somebody called one of its numbers foreign, or it leaves the order short while
 * nothing else explains a number that the order may have bought. What the vendor named for the
 * order need neither fit it nor be on the list. Call it while `lockToSettle` holds: the other
 * unknown orders must stay so.
 */
export async function objectionsToFinding(
  tx: Queries,
  id: number,
  finding: Finding,
  verdict: Verdict | undefined,
  look: Look = lookAtUnexplained,
): Promise<string[]> {
  const claimed = 'bought' in finding ? finding.bought : [];
  const known = await whatIsKnown(tx, id);
  if (!known.isVouchedFor) return [COMPARE_FIRST];
  const left = namedButLeftOut(known, claimed);
  const owned = claimed.length > 0 ? await ownedAmong(tx, known.accountId, claimed) : [];
  const isShort = claimed.length < known.lacking;
  const over = isShort ? await leftWithout(tx, known, claimed, look) : NONE_LEFT;
  if (verdict && agrees(verdict, claimed))
    return said(left, calledForeign(owned), noLongerExplained(over));
  const numbers = claimed.filter((number) => !known.named.includes(number));
  const ownedOfThese = owned.filter(({ number }) => numbers.includes(number));
  return said(
    left,
    early(known),
    verdict ? contradicted(verdict, claimed) : null,
    verdict && isShort ? tooEarly(verdict, claimed) : null,
    unexplained(over, claimed),
    ...(isShort
      ? await objectionsToLack(tx, known.accountId, { order: id, numbers: claimed })
      : []),
    ...(await ofOthers(tx, known, claimed)),
    strange(known, numbers),
    listedBefore(known, ownedOfThese),
    calledForeign(owned),
    unlisted(known, numbers, owned) ?? (isShort ? unseen(known, claimed, verdict) : null),
    known.lostSince === null ? null : maybeOfLost(known.lostSince, ownedOfThese),
  );
}

/** A sentence; null: there is nothing to object. */
type Objection = string | null;

const said = (...objections: Objection[]): string[] => objections.filter((each) => each !== null);

async function whatIsKnown(tx: Queries, id: number): Promise<Known> {
  const rows = await tx.query<Known>(
    `select o.id as "order", a.id as "accountId", coalesce(t.baseline, 0) as baseline,
       ${WANTED},
       case when t.status is null then greatest(0, t.deadline_tick - a.ticks) else 0 end
         as "remainingMs",
       ${IS_VOUCHED_FOR} as "isVouchedFor",
       (select ended_at from ledger.listings n
        where n.account_id = a.id and n.id > coalesce(t.baseline, 0) order by id desc limit 1)
         as "listedAt",
       exists (select from ledger.listings n
         where n.account_id = a.id and n.id > coalesce(t.baseline, 0)
           and n.began_tick >= coalesce(t.answered_tick, t.deadline_tick)) as "hasLaterList",
       o.quantity - o.bought as lacking, ${lostSince('a.id')} as "lostSince",
       coalesce((select json_agg(named.number::text order by named.number)
         from (select number from ledger.disputes where order_id = o.id
               union select unnest(t.named)) named
         where not exists (select from ledger.numbers n
           where n.number = named.number and n.order_id = o.id)), '[]'::json) as named
     from ${SENT_ORDERS} join ledger.accounts a on a.id = p.account_id
     where o.id = $1`,
    [id],
  );
  return only(rows, `the attempt of order ${id}`);
}

/** What it seems to lack may be what the vendor named. */
function namedButLeftOut({ named, lacking }: Known, claimed: string[]): Objection {
  const left = named.filter((number) => !claimed.includes(number));
  if (left.length === 0 || claimed.length >= lacking) return null;
  return `The vendor named ${firstFew(left)} for it, and you leave that out.`;
}

function agrees({ finding, numbers }: Verdict, claimed: string[]): boolean {
  if (finding === 'nothing') return claimed.length === 0;
  return finding === 'bought' && new Set(numbers).symmetricDifference(new Set(claimed)).size === 0;
}

function early({ remainingMs }: Known): Objection {
  if (remainingMs === 0) return null;
  const left = counted(Math.ceil(remainingMs / 1000), 'second');
  return `Its request may still be under way. It is over when a worker has watched ${left} more.`;
}

function contradicted({ finding, numbers }: Verdict, claimed: string[]): Objection {
  if (finding === 'nothing') return "The verdict of the vendor's list is that it bought nothing.";
  if (finding !== 'bought') return null;
  const says = claimed.length === 0 ? 'and not nothing' : 'and not these';
  return `The verdict of the vendor's list is that it bought ${firstFew(numbers)}, ${says}.`;
}

function strange(asked: Known, numbers: string[]): Objection {
  const strangers = numbers.filter((number) => !fits(asked, number));
  if (strangers.length === 0) return null;
  const wanted = [asked.type.replace('_', ' '), asked.areaCode].filter(Boolean).join(' ');
  return `It asked for ${wanted}, and so cannot have bought ${firstFew(strangers)}.`;
}

/** What nobody can have bought if the order bought no more than is claimed. */
async function leftWithout(
  tx: Queries,
  known: Known,
  claimed: string[],
  look: Look,
): Promise<LeftOver> {
  const { numbers, buyers } = await look(tx, known.accountId);
  const rest = numbers.filter(({ number }) => !claimed.includes(number));
  return leftOver(known, rest, buyers);
}

/** A verdict relies on others: what those did not buy after all may be this order's. */
function noLongerExplained({ candidates, left, holders }: LeftOver): Objection {
  if (left.length === 0) return null;
  return (
    `It may have bought ${firstFew(candidates)}: the account owns what ${whoHas(holders)}, and ` +
    'no verdict explains it any more. "reconcile" reads the list again.'
  );
}

function unexplained({ candidates, left, holders }: LeftOver, claimed: string[]): Objection {
  if (left.length === 0) return null;
  const others = candidates.length - left.length;
  const may = claimed.length === 0 ? 'may' : 'may also';
  return (
    `The account owns ${counted(candidates.length, 'number')} that it ${may} have bought and ` +
    `that ${whoHas(holders)}: ${firstFew(candidates)}.` +
    (others === 0 ? '' : ` Other unknown orders have room for ${count(others)} of them.`)
  );
}

/** A list that is too early may show what was bought, and never that no more was. */
function tooEarly({ finding, why }: Verdict, claimed: string[]): Objection {
  if (finding !== 'later') return null;
  return `The vendor's list does not show yet that it bought ${noMore(claimed)}. ${why}`;
}

const noMore = (claimed: string[]) => (claimed.length === 0 ? 'nothing' : 'no more');

async function ofOthers(tx: Queries, known: Known, claimed: string[]): Promise<string[]> {
  const found = await boughtByVerdict(tx, known.accountId, claimed);
  return found.filter(({ order }) => order !== known.order).map(isOfOrder);
}

/** `numbers` are by its verdict of an unknown order. */
export const isOfOrder = ({ order, numbers }: { order: number; numbers: string[] }): string =>
  `The verdict of the vendor's list is that order ${order} bought ${firstFew(numbers)}.`;

function listedBefore({ baseline }: Known, owned: OwnedNumber[]): Objection {
  const before = owned.filter(({ listing }) => listing <= baseline).map(({ number }) => number);
  if (before.length === 0) return null;
  const those = `${firstFew(before)} came to the vendor's list before it was sent`;
  return `${those}, and so it cannot have bought ${before.length === 1 ? 'it' : 'them'}.`;
}

function calledForeign(owned: OwnedNumber[]): Objection {
  const foreign = owned.filter(({ isForeign }) => isForeign).map(({ number }) => number);
  if (foreign.length === 0) return null;
  return `Somebody called ${firstFew(foreign)} foreign: bought outside this program.`;
}

function maybeOfLost(lostSince: number, owned: OwnedNumber[]): Objection {
  const later = owned.filter(({ listing }) => listing > lostSince).map(({ number }) => number);
  if (later.length === 0) return null;
  const those = firstFew(later);
  return `A plan that the ledger has lost may have bought ${those}. Submit its file again first.`;
}

function unlisted({ listedAt }: Known, numbers: string[], owned: OwnedNumber[]): Objection {
  if (numbers.length === 0) return null;
  if (listedAt === null) {
    const none = "No list of the vendor's was read since it was sent";
    return `${none}, so its numbers cannot be compared: "reconcile" reads one.`;
  }
  const listed = new Set(owned.filter(({ isListed }) => isListed).map(({ number }) => number));
  const missing = numbers.filter((number) => !listed.has(number));
  if (missing.length === 0) return null;
  const those = firstFew(missing);
  return `The vendor's newest list, of ${listedAt.toISOString()}, does not have ${those}.`;
}

/** Unless it is said already: without a list that is late enough, nothing shows it. */
function unseen(
  { hasLaterList, remainingMs }: Known,
  claimed: string[],
  verdict: Verdict | undefined,
): Objection {
  if (hasLaterList || remainingMs > 0 || (verdict && verdict.finding !== 'open')) return null;
  const none = "No list of the vendor's was read since its request ended";
  return `${none}, so nothing shows that it bought ${noMore(claimed)}: "reconcile" reads one.`;
}

const SHOWN = 5;

export const firstFew = (numbers: string[]): string => firstOf(numbers, SHOWN);
