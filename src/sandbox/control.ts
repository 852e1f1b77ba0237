/**
 * The paths below `/sandbox/`, for whoever tries or drills from another process. They are apart
 * from the vendor's path, so neither side can be taken for the other.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';
import type { BookKeeper } from './books.ts';
import { LIST_LIES, type ListLie, type ListLies } from './list-lies.ts';
import type { Mood, Moods } from './moods.ts';
import type { StockLevels } from './shelves.ts';
import type { Stock } from './stock.ts';
import { stream } from './streaming.ts';
import { TEMPERS, type Temper } from './tempers.ts';

export type ControlParts = {
  books: BookKeeper;
  moods: Moods;
  lies: ListLies;
  stock: Stock;
  seed: number;
  vendorPath: string;
};

/** Bytes of a command; a stock of every NPA-NXX there is would not fill it. */
const COMMAND_LIMIT = 16 * 1024 * 1024;

export function openControl(parts: ControlParts) {
  const { books, moods, lies, stock } = parts;

  /** `METHOD path` -> what it does; a command's result is what there is to say about it. */
  const commands: Record<string, (body: unknown) => object> = {
    'POST /sandbox/next': (body) => {
      const { temper, search, times } = asObject(body);
      moods.next(temper as Temper, { search: search as string, times: times as number });
      return { temper, search, times: times ?? 1 };
    },
    'POST /sandbox/mood': (body) => {
      moods.set(body as Mood | null);
      return { mood: body };
    },
    'POST /sandbox/list': (body) => {
      const { lie } = asObject(body);
      lies.set(lie as ListLie | null);
      return { lie };
    },
    'POST /sandbox/stock': (body) => {
      stock.set(asObject(body) as StockLevels);
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
    about: 'Not the real vendor: nothing that is bought here exists or costs anything.',
    vendor: vendorPath,
    books: '/sandbox/books',
    commands: {
      'GET /sandbox/books?since=ID': 'what was asked and sold, after that request',
      'POST /sandbox/next': '{"temper", "search", "times"}: how the next orders are treated',
      'POST /sandbox/mood': '{"chance", "tempers": {"NAME": WEIGHT}}: how orders fare at random',
      'POST /sandbox/list': '{"lie"}: how the list of owned numbers lies; null is not at all',
      'POST /sandbox/stock': '{"SEARCH": COUNT}: how many are for sale from now on',
    },
    tempers: Object.keys(TEMPERS),
    lies: Object.keys(LIST_LIES),
    seed,
    ...books.totals(),
  };
}

/** The same document as a whole would be, written request by request. */
function* booksAsJson(books: BookKeeper, since: number): Generator<string> {
  const { sold, soldTwice, lastId } = books.totals();
  yield `{"sold":${sold},"soldTwice":${soldTwice},"lastId":${lastId},"requests":[`;
  let separator = '\n';
  for (const request of books.since(since)) {
    yield separator + JSON.stringify(request);
    separator = ',\n';
  }
  yield '\n]}\n';
}

function readSince(text: string | null): number {
  if (!/^\d{0,15}$/.test(text ?? '')) {
    throw new AppError('invalid_usage', 'since must be the id of a request: a whole number.');
  }
  return Number(text ?? 0);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > COMMAND_LIMIT) throw new AppError('invalid_usage', 'The command is too long.');
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    throw new AppError('invalid_usage', 'The command is not JSON.');
  }
}

function asObject(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AppError('invalid_usage', 'The command must be a JSON object.');
  }
  return body as Record<string, unknown>;
}

function json(response: ServerResponse, status: number, document: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(`${JSON.stringify(document, null, 2)}\n`);
}
