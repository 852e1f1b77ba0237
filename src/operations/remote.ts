import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import type { Account, AccountState, By, UnknownOrder } from '../ledger/index.ts';
import type { Obstacle, ShownPlan, StandingPlan } from '../obstacles/index.ts';
import { RESULT_NAMES } from '../report/index.ts';
import type { Operations, ShownLine } from './operations.ts';
import { type Connection, connect, type SignIn } from './request.ts';

/** The operations of a server that runs elsewhere, or in another terminal. Throws `invalid_usage`. */
export function operationsOver(address: string, signIn: SignIn | null): Operations {
  const connection = connect(address, signIn);
  const { ask } = connection;
  const accounts = async () => (await ask<{ accounts: Account[] }>('/accounts')).accounts;
  const account = (name: string) =>
    ask<AccountDocument>(`/accounts/${encodeURIComponent(name)}`).then(accountOf);

  return {
    isRemote: true,
    plans: async () => (await ask<{ plans: StandingPlan[] }>('/plans?limit=100')).plans,
    plan: async (id) => planOf(await ask(`/plans/${id}`)),
    show: (id) => ask(`/plans/${id}`),
    async isSending({ account }) {
      const { inFlight } = await ask<AccountDocument>(`/accounts/${encodeURIComponent(account)}`);
      return inFlight > 0;
    },
    async accountFor(name) {
      const all = await accounts();
      const [only] = name ? all.filter((each) => each.name === name) : all;
      if (only && (name || all.length === 1)) return only;
      const names = all.map((each) => each.name).join(', ') || 'none yet';
      throw name
        ? new AppError('not_found', `There is no account "${name}". There is: ${names}.`, { name })
        : new AppError('invalid_usage', `Say --account NAME. There is: ${names}.`);
    },
    async submit({ path, reading, again, acceptWarnings }, account, who) {
      const query = new URLSearchParams({
        name: basename(path),
        account: account.name,
        again: String(again),
        acceptWarnings: String(acceptWarnings),
        by: who,
        ...(reading.defaultQuantity ? { defaultQuantity: String(reading.defaultQuantity) } : {}),
      });
      const file = await openAsBlob(path);
      return planOf(await ask(`/plans?${query}`, { method: 'POST', file }));
    },
    async steer(id, move, by, { acceptWarnings = false } = {}) {
      const query = move === 'start' ? `?yes=true&acceptWarnings=${acceptWarnings}` : '';
      return planOf(await ask(`/plans/${id}/${move}${query}`, signed(by)));
    },
    retry: async (id, by) =>
      (await ask<{ retried: number }>(`/plans/${id}/retry`, signed(by))).retried,
    async lines(id, { filter, limit = 50 }) {
      const path = `/plans/${id}/lines?filter=${filter}&limit=${limit}`;
      return (await ask<{ lines: ShownLine[] }>(path)).lines;
    },
    writeResults: (id, folder) => download(connection, id, folder),
    async unknown(planId) {
      const path = `/unknown?limit=1000${planId === undefined ? '' : `&plan=${planId}`}`;
      return (await ask<{ orders: UnknownOrder[] }>(path)).orders;
    },
    settle(order, settlement) {
      const { by, ...what } = settlement;
      const { finding, ...rest } = 'finding' in what ? what : { finding: {}, ...what };
      return ask(`/orders/${order}/settle`, signed(by, { ...finding, ...rest }));
    },
    accounts,
    account,
    async changeAccount(name, { rate, pause, resume }, by) {
      const path = `/accounts/${encodeURIComponent(name)}`;
      if (rate !== undefined) await ask(path, { ...signed(by, { rate }), method: 'PATCH' });
      if (pause) await ask(`${path}/pause`, signed({ ...by, why: pause }));
      if (resume) await ask(`${path}/resume`, signed(by));
      return account(name);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Something a person does, with who and why. */
function signed({ who, why }: By, what: object = {}) {
  return { method: 'POST' as const, json: { ...what, by: who, ...(why ? { why } : {}) } };
}

function planOf({ slots, openWarnings, events, ...plan }: ShownPlan): StandingPlan {
  return plan;
}

type AccountDocument = AccountState & { obstacles: Obstacle[] };

function accountOf(document: AccountDocument): Account {
  const { inFlight, unknown, workers, recent, hasAnswers, obstacles, ...account } = document;
  return account;
}

/** Each file is there whole or not at all. */
async function download({ download }: Connection, id: number, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of RESULT_NAMES) {
    const draft = join(folder, `${name}.part`);
    try {
      const body = await download(`/plans/${id}/${name}`);
      await pipeline(Readable.fromWeb(body as never), createWriteStream(draft));
      await rename(draft, join(folder, name));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }
}
