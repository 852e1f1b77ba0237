/** Requests to a sandbox, and all that comes back: bytes, and how the connection ended. */
import { get } from 'node:http';
import type { BookedRequest, Sandbox } from '../../src/sandbox/index.ts';

export type Parameters = Record<string, string | number>;

/** What arrived. `end`: the whole HTTP answer, or a connection that was cut short of it. */
export type Arrival = {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  end: 'complete' | 'cut';
};

const KEYS = { access_key: 'a', secret_access_key: 'b' };
const ORDER = { action: 'numbers.order', type: 'local', fill_quantity: 0, quantity: 1 };

export function urlOf(sandbox: Sandbox, parameters: Parameters): URL {
  const url = new URL(sandbox.url);
  const all = { ...KEYS, ...parameters };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, String(value));
  return url;
}

/** Each request has a connection of its own. */
export function ask(sandbox: Sandbox, parameters: Parameters, signal?: AbortSignal) {
  const url = urlOf(sandbox, parameters);
  const arrival: Arrival = { status: undefined, headers: {}, body: '', end: 'cut' };
  return new Promise<Arrival>((resolve) => {
    const request = get(url, { agent: false, ...(signal && { signal }) }, (response) => {
      arrival.status = response.statusCode;
      arrival.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (text) => {
        arrival.body += text;
      });
      response.on('error', () => {});
      response.on('close', () => {
        resolve({ ...arrival, end: response.complete ? 'complete' : 'cut' });
      });
    });
    request.on('error', () => resolve(arrival));
  });
}

export function order(sandbox: Sandbox, parameters: Parameters, signal?: AbortSignal) {
  return ask(sandbox, { ...ORDER, ...parameters }, signal);
}

/** The envelope of a refusal. */
export function failedAnswer(text: string): string {
  const description = `<result_description>${text}</result_description>`;
  return `<response><result>failed</result>${description}</response>`;
}

/** The numbers of a success, or the sentence of a refusal. */
export async function buy(sandbox: Sandbox, parameters: Parameters): Promise<string[] | string> {
  const { body } = await order(sandbox, parameters);
  const refusal = /<result>failed<.*<result_description>(.*)<\/result_description>/.exec(body);
  return refusal ? refusal[1]! : numbersIn(body);
}

export async function countBought(sandbox: Sandbox, parameters: Parameters): Promise<number> {
  const bought = await buy(sandbox, parameters);
  return typeof bought === 'string' ? 0 : bought.length;
}

export function numbersIn(xml: string): string[] {
  return [...xml.matchAll(/<number>(\d+)<\/number>/g)].map((match) => match[1]!);
}

export async function listed(sandbox: Sandbox): Promise<string[]> {
  const { body } = await ask(sandbox, { action: 'routing.numbers' });
  return [...body.matchAll(/<phone_number>(\d+)<\/phone_number>/g)].map((match) => match[1]!);
}

/** The request that arrives next; resolves as soon as it is booked. */
export async function nextBooked(sandbox: Sandbox): Promise<BookedRequest> {
  const { lastId } = sandbox.books(Infinity);
  for (;;) {
    const [booked] = sandbox.books(lastId).requests;
    if (booked) return booked;
    await new Promise(setImmediate);
  }
}

/** A command to the sandbox itself: POST with a body, else GET. */
export async function command<T = Record<string, unknown>>(
  sandbox: Sandbox,
  path: string,
  body?: unknown,
): Promise<{ status: number; document: T }> {
  const response = await fetch(
    new URL(path, sandbox.url),
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  return { status: response.status, document: (await response.json()) as T };
}
