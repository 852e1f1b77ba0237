import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { beforeAll, onTestFinished } from 'vitest';
import { type Account, ensureAccount, type Ledger, Watch } from '../../src/ledger/index.ts';
import type { Log } from '../../src/log.ts';
import { openMeters } from '../../src/monitor/index.ts';
import { embeddedNumbering } from '../../src/numbering/index.ts';
import type { Directory, UsersFile } from '../../src/people/index.ts';
import { shareQueues } from '../../src/queue/index.ts';
import { openWeb, type Web, type WebOptions } from '../../src/web/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { recordingLog } from '../support/recording-log.ts';
import { openQuickLedger } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export type Site = Web & {
  ledger: Ledger;
  account: Account;
  uploadsFolder: string;
  log: ReturnType<typeof recordingLog>;
  /** Sees every answer. */
  look?: (method: string, path: string, answer: Answer) => void;
};

/** One ledger for a file's tests, with the account "sandbox"; filled before the first. */
export function ledgerOfFile(): { ledger: Ledger; account: Account } {
  const given = {} as { ledger: Ledger; account: Account };
  beforeAll(async () => {
    const ledger = await openQuickLedger();
    const account = await ensureAccount(ledger, { name: 'sandbox', mode: 'sandbox', rate: 4 });
    Object.assign(given, { ledger, account });
  });
  return given;
}

type WebContext = Parameters<typeof openWeb>[0];

/** `users.latest` may change meanwhile. */
type SiteOptions = Partial<WebOptions> &
  Partial<Pick<WebContext, 'queueOf' | 'traces'>> & {
    uploadsFolder?: string;
    signIn?: Directory['webUser'];
    users?: { latest: UsersFile };
  };

/** A ledger and a web on it for the tests of a file, filled before the first. */
export function siteOfFile(options?: SiteOptions) {
  const given = ledgerOfFile();
  const site = {} as Site;
  beforeAll(async () => {
    Object.assign(site, await openSite(given, options));
  });
  return { given, site };
}

/** The web on a free port of this machine, closed at the end; its queues are in its ledger. */
export async function openSite(
  { ledger, account }: { ledger: Ledger; account: Account },
  {
    uploadsFolder = temporaryFolder(),
    signIn = null,
    users,
    queueOf,
    traces,
    ...options
  }: SiteOptions = {},
): Promise<Site> {
  const log = recordingLog();
  const queues = shareQueues({ ledger, redisUrl: null });
  atEnd(queues.close);
  const people = {
    webUser: signIn,
    get users() {
      return users?.latest ?? null;
    },
  };
  const web = await openWeb(
    {
      ledger,
      log: log.log as Log,
      numbering: embeddedNumbering(),
      uploadsFolder,
      user: 'Ada',
      queueOf: queueOf ?? queues.of,
      meters: openMeters(),
      ...(traces && { traces }),
    },
    { host: '127.0.0.1', port: 0, people, ...options },
  );
  atEnd(web.close);
  return { ...web, ledger, account, uploadsFolder, log };
}

export type Answer = {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects, it says itself
  json: any;
};

type Asking = {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer | object;
  /** The address of this machine that it comes from. */
  localAddress?: string;
};

/** One request as a program would send it, with exactly these headers; JSON unless it is a text. */
export async function ask(
  { url, look }: Web & Pick<Site, 'look'>,
  path: string,
  asking: Asking = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body, localAddress } = asking;
  const isBytes = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = body === undefined ? undefined : isBytes ? body : JSON.stringify(body);
  const type = body !== undefined && !isBytes ? { 'content-type': 'application/json' } : {};
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const length = bytes === undefined ? {} : { 'content-length': Buffer.byteLength(bytes) };
  const all = { ...type, ...length, ...headers };
  httpRequest(url + path, { method, agent: false, localAddress, headers: all })
    .once('response', resolve)
    .once('error', reject)
    .end(bytes);
  const response = await promise;
  const text = Buffer.concat(await response.toArray()).toString();
  const isJson = response.headers['content-type']?.includes('json');
  const answer = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
  look?.(method, path, answer);
  return answer;
}

/** The status, and the error of the API. */
export const problemIn = ({ status, json }: Answer) => [status, json.error];
export const codeOf = ({ status, json }: Answer) => [status, json.error?.code];

export const post = (web: Web, path: string, body?: object, headers: OutgoingHttpHeaders = {}) =>
  ask(web, path, { method: 'POST', headers, ...(body ? { body } : {}) });

/** Sends a plan as a raw body. */
export const send = (
  web: Web,
  path: string,
  csv: string | Buffer,
  headers: OutgoingHttpHeaders = {},
) =>
  ask(web, path, {
    method: 'POST',
    body: csv,
    headers: { 'content-type': 'text/csv', ...headers },
  });

/** Asks the ledger by another query, until the test ends. */
export function replaceQuery(
  ledger: Ledger,
  replaced: (query: Ledger['query']) => Ledger['query'],
): void {
  const { query } = ledger;
  ledger.query = replaced(query);
  onTestFinished(() => void Object.assign(ledger, { query }));
}

/** A worker of the account was heard of just now. */
export async function hear({ ledger, account }: Pick<Site, 'ledger' | 'account'>): Promise<void> {
  await new Watch(ledger, { accountId: account.id, name: `worker of ${account.name}` }).beat();
}

let plans = 0;

/** A plan that no other call has returned: one line of ten, unless said otherwise. */
export const newCsv = (rows = '212,10'): string =>
  `area_code,quantity,note\n${rows
    .split('\n')
    .map((row) => `${row},${++plans}`)
    .join('\n')}\n`;

/** Stores a plan over the API; returns its id. */
export async function submitted(
  web: Web,
  csv = newCsv(),
  headers: OutgoingHttpHeaders = {},
): Promise<number> {
  const { status, json, text } = await send(web, '/api/plans', csv, headers);
  if (status !== 201) throw new Error(`The plan was not stored: ${text}`);
  return json.id;
}
