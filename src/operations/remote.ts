import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { z } from 'zod';
import {
  Accepted,
  Account,
  AccountList,
  Approval,
  ApprovalList,
  LineList,
  LostPlanList,
  NewToken,
  NumberList,
  ObservedPlan,
  OpenList,
  PlanList,
  RetriedPlan,
  Settled,
  ShownPlan,
  StockList,
  StrayList,
  Token,
  TokenList,
  UnknownList,
  VerdictList,
} from '../documents/index.ts';
import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { type By, type NamedVerdict, nameOf } from '../ledger/index.ts';
import { Drafts, RESULT_NAMES } from '../report/index.ts';
import { type AccountWish, chooseAccount } from './accounts.ts';
import { type Operations, PLANS_LISTED } from './operations.ts';
import { type Ask, type Connection, connect, type ServerSignIn } from './request.ts';
import type { CheckedFile } from './submit.ts';

/** Throws AppError `invalid_usage` when it is not an address of a server. */
export function remoteOperations(address: string, signIn: ServerSignIn | null): Operations {
  const connection = connect(address, signIn);
  const { ask } = connection;
  const accounts = async () => (await ask('/accounts', AccountList)).accounts;
  return {
    isRemote: true,
    plans: async () => (await ask(`/plans?limit=${PLANS_LISTED}`, PlanList)).plans,
    plan: (id) => ask(`/plans/${id}`, ObservedPlan),
    show: (id) => ask(`/plans/${id}`, ShownPlan),
    accountFor: async (name) => chooseAccount(await accounts(), name),
    submit: (...wish) => submit(ask, ...wish),
    async steer(id, move, by, { acceptWarnings = false, prices, again } = {}) {
      const seen = prices === undefined ? '' : `&prices=${prices}`;
      const start = `?yes=true&acceptWarnings=${acceptWarnings}${seen}`;
      const query = move === 'start' ? start : again ? '?again=true' : '';
      return ask(`/plans/${id}/${move}${query}`, ObservedPlan, signed(by));
    },
    close: (id, line, by) =>
      ask(`/plans/${id}/close`, ObservedPlan, signed(by, line === null ? {} : { line })),
    async retry(id, { by, againstEvidence }) {
      // An older server refuses the field, so it gets it only when it matters.
      const said = signed(by, againstEvidence ? { againstEvidence } : {});
      return (await ask(`/plans/${id}/retry`, RetriedPlan, said)).retried;
    },
    async lines(id, { filter, limit = 50 }) {
      const path = `/plans/${id}/lines?filter=${filter}&limit=${limit}`;
      return (await ask(path, LineList)).lines;
    },
    async stockMet(areaCodes) {
      if (areaCodes.length === 0) return [];
      return (await ask(`/stock?areaCodes=${areaCodes.join(',')}`, StockList)).stock;
    },
    writeResults: (id, folder) => download(connection, id, folder),
    unknown: (plan) => allPages(ask, '/unknown', UnknownList, ({ orders }) => orders, { plan }),
    settle(order, settlement) {
      const { by, ...what } = settlement;
      const { finding, ...rest } = 'finding' in what ? what : { finding: {}, ...what };
      return ask(`/orders/${order}/settle`, Settled, signed(by, { ...finding, ...rest }));
    },
    verdicts: (plan) =>
      allPages(ask, '/unknown/verdicts', VerdictList, ({ verdicts }) => verdicts, { plan }),
    acceptVerdicts: (looked, by) => acceptVerdicts(ask, looked, by),
    openLines: (plan) =>
      allPages(ask, '/unknown/open', OpenList, ({ lines }) => lines, { plan, limit: 100 }),
    strays: (account) =>
      allPages(ask, `${pathOf(account)}/strays`, StrayList, ({ strays }) => strays),
    async callForeign(account, { by, undo, numbers, againstEvidence }) {
      const said = undo ? { notForeign: numbers } : { foreign: numbers, againstEvidence };
      const path = `${pathOf(account)}/strays`;
      return (await ask(path, NumberList, signed(by, said))).numbers;
    },
    async lostPlans(account) {
      return (await ask(`${pathOf(account)}/lost-plans`, LostPlanList)).lostPlans;
    },
    async dismiss(account, { by, file, againstEvidence, seen }) {
      const path = `${pathOf(account)}/lost-plans`;
      const said = signed(by, { dismiss: file, againstEvidence, seen });
      return (await ask(path, LostPlanList, said)).lostPlans;
    },
    accounts,
    account: (name) => ask(pathOf(name), Account),
    changeAccount: (name, wish, by) => changeAccount(ask, name, wish, by),
    approvals: async () => (await ask('/approvals', ApprovalList)).approvals,
    approve: (id, by) => ask(`/approvals/${id}/approve`, Approval, signed(by)),
    refuse: (id, by) => ask(`/approvals/${id}/refuse`, Approval, signed(by)),
    tokens: async () => (await ask('/tokens', TokenList)).tokens,
    makeToken: (wish, by) => ask('/tokens', NewToken, signed(by, wish)),
    revokeToken: (name, by) =>
      ask(`/tokens/${encodeURIComponent(name)}`, Token, { ...signed(by), method: 'DELETE' }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** All items of a list that comes in pages. */
async function allPages<Page extends z.ZodType<{ next: number | null }>, Item>(
  ask: Ask,
  path: string,
  page: Page,
  itemsOf: (page: z.output<Page>) => Item[],
  { plan, limit = 1000 }: { plan?: number | undefined; limit?: number } = {},
): Promise<Item[]> {
  const scope = plan === undefined ? '' : `&plan=${plan}`;
  const all: Item[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const one: z.output<Page> = await ask(`${path}?limit=${limit}&after=${after}${scope}`, page);
    all.push(...itemsOf(one));
    after = one.next;
  }
  return all;
}

const pathOf = (account: string) => `/accounts/${encodeURIComponent(account)}`;

async function submit(
  ask: Ask,
  { path, check, reading, again, acceptWarnings }: CheckedFile,
  account: Account,
  who: string,
): Promise<ObservedPlan> {
  const query = new URLSearchParams({
    name: basename(path),
    account: account.name,
    again: String(again),
    acceptWarnings: String(acceptWarnings),
    by: nameOf({ who }),
    ...(reading.defaultQuantity ? { defaultQuantity: String(reading.defaultQuantity) } : {}),
    ...(reading.keepTrying ? { keepTrying: reading.keepTrying } : {}),
  });
  const file = await openAsBlob(path);
  const sent = { method: 'POST', file, key: randomUUID() } as const;
  const plan = await ask(`/plans?${query}`, ObservedPlan, sent);
  // A person has confirmed what was checked here, and the file is read again to be sent.
  if (plan.sha256 === check.sha256 && plan.requested === check.numbers) return plan;
  throw new AppError(
    'bad_file',
    `${basename(path)} is not what was checked: it was changed meanwhile, or the server reads it ` +
      `in another way. Plan ${plan.id} is stored there, for ` +
      `${counted(plan.requested, 'number')}, and not started. ` +
      `Look at it with "show ${plan.id}", then start it or cancel it.`,
    { path, checked: check.sha256, found: plan.sha256 },
  );
}

/** The server settles this many well within the time-out of a request. */
const ACCEPTED_AT_ONCE = 200;

async function acceptVerdicts(ask: Ask, looked: NamedVerdict[], by: By): Promise<Accepted> {
  const all: Accepted = { settled: [], left: [] };
  for (let at = 0; at < looked.length; at += ACCEPTED_AT_ONCE) {
    const verdicts = looked.slice(at, at + ACCEPTED_AT_ONCE);
    const { settled, left } = await ask('/unknown/accept', Accepted, signed(by, { verdicts }));
    all.settled.push(...settled);
    all.left.push(...left);
  }
  return all;
}

async function changeAccount(
  ask: Ask,
  name: string,
  { rate, pause, resume }: AccountWish,
  by: By,
): Promise<Account> {
  const path = pathOf(name);
  if (rate !== undefined) await ask(path, Account, { ...signed(by, { rate }), method: 'PATCH' });
  if (pause) await ask(`${path}/pause`, Account, signed(by));
  if (resume) await ask(`${path}/resume`, Account, signed(by, resume === true ? {} : resume));
  return ask(path, Account);
}

/** A request that the events keep, with who and why. */
function signed({ why, ...by }: By, what: object = {}) {
  return { method: 'POST' as const, json: { ...what, by: nameOf(by), ...(why ? { why } : {}) } };
}

/** The files appear when all have come. */
async function download({ download }: Connection, id: number, folder: string): Promise<void> {
  await using drafts = await Drafts.open(folder);
  for (const name of RESULT_NAMES) {
    await drafts.write(name, async (append) => {
      for await (const piece of download(`/plans/${id}/${name}`)) await append(piece);
    });
  }
  await drafts.publish();
}
