/**
 * The paths below `/sandbox/`: tests and drills command the sandbox from another process. They are
 * apart from the vendor's path, so no client takes one for the other. The JSON has names of its
 * own: `temper` is a fault, and `mood` a fault mix.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, usageError } from '../errors.ts';
import type { BookKeeper } from './books.ts';
import type { FaultMix } from './fault-mix.ts';
import { FAULTS, type FaultName } from './faults.ts';
import type { StockLevels } from './inventories.ts';
import { LIST_FAULTS, type ListFault } from './list-faults.ts';
import { stream } from './stream.ts';
import type { VendorParts } from './vendor-handler.ts';

type ControlParts = Pick<VendorParts, 'books' | 'faults' | 'listFaults' | 'sales'> & {
  seed: number;
  vendorPath: string;
};

/** Bytes of a command; a stock for every NPA-NXX fits in. */
const COMMAND_LIMIT = 16 * 1024 * 1024;

export function openControlHandler(parts: ControlParts) {
  const { books, faults, listFaults, sales } = parts;

  /** `METHOD path` -> what it does; the result is the answer. */
  const commands: Record<string, (body: unknown) => object> = {
    'POST /sandbox/next': (body) => {
      const { temper, search, times } = asObject(body);
      faults.next(temper as FaultName, { search: search as string, times: times as number });
      return { temper, search, times: times ?? 1 };
    },
    'POST /sandbox/mood': (body) => {
      faults.setMix(body === null ? null : mixFrom(asObject(body)));
      return { mood: body };
    },
    'POST /sandbox/list': (body) => {
      const { lie } = asObject(body);
      listFaults.set(lie as ListFault | null);
      return { lie };
    },
    'POST /sandbox/stock': (body) => {
      sales.setStock(asObject(body) as StockLevels);
      return { stock: body };
    },
    'GET /sandbox/': () => identity(parts),
  };

  return async (request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> => {
    const path = url.pathname === '/sandbox' ? '/sandbox/' : url.pathname;
    const name = `${request.method} ${path}`;
    try {
      if (name === 'GET /sandbox/books') {
        const since = readSince(url.searchParams.get('since'));
        return await stream(response, 'application/json', booksAsJson(books, since));
      }
      const command = commands[name];
      if (!command) return json(response, 404, { error: `There is no ${name} here.` });
      json(response, 200, command(request.method === 'POST' ? await readJson(request) : null));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      json(response, 400, { error: error.message });
    }
  };
}

function identity({ books, seed, vendorPath }: ControlParts): object {
  return {
    sandbox: true,
    about: 'Not the real vendor: numbers bought here do not exist and cost nothing.',
    vendor: vendorPath,
    books: '/sandbox/books',
    commands: {
      'GET /sandbox/books?since=ID': 'what was ordered and sold, after that request',
      'POST /sandbox/next': '{"temper", "search", "times"}: the fault that the next orders meet',
      'POST /sandbox/mood':
        '{"chance", "tempers": {"NAME": WEIGHT}}: the faults at random; null: none',
      'POST /sandbox/list': '{"lie"}: how the list of owned numbers is false; null: it is true',
      'POST /sandbox/stock':
        '{"SEARCH": COUNT}: how many are on sale from now on; for COUNT also ' +
        '{"level": COUNT, "refill": {"everySeconds", "numbers"}}: filled up again and again',
    },
    tempers: Object.keys(FAULTS),
    lies: Object.keys(LIST_FAULTS),
    seed,
    ...books.totals(),
  };
}

/** One JSON document, written request by request. */
function* booksAsJson(books: BookKeeper, since: number): Generator<string> {
  const { sold, soldTwice, lastId } = books.totals();
  yield `{"sold":${sold},"soldTwice":${soldTwice},"lastId":${lastId},"requests":[`;
  let separator = '\n';
  for (const { fault, ...request } of books.since(since)) {
    yield separator + JSON.stringify({ ...request, temper: fault });
    separator = ',\n';
  }
  yield '\n]}\n';
}

function mixFrom({ chance, tempers }: Record<string, unknown>): FaultMix {
  return { chance, faults: tempers } as FaultMix;
}

function readSince(text: string | null): number {
  if (!/^\d{0,15}$/.test(text ?? '')) {
    throw usageError('since must be the id of a request: a whole number.');
  }
  return Number(text ?? 0);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > COMMAND_LIMIT) throw usageError('The command is too long.');
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    throw usageError('The command is not JSON.');
  }
}

function asObject(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw usageError('The command must be a JSON object.');
  }
  return body as Record<string, unknown>;
}

function json(response: ServerResponse, status: number, document: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(`${JSON.stringify(document, null, 2)}\n`);
}
