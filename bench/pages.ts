/** Loads the pages of plans as a browser does, and hears what keeps them up to date. */
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { median, quantile } from './table.ts';

const LOADS = 300;
/** Between two loads; a page that stays open loads itself once in two seconds. */
const REST_MS = 20;
const HEAR_MS = 5_000;
const ENCODINGS = { 'accept-encoding': 'gzip, deflate, br' };

export type PageLooks = Awaited<ReturnType<typeof looksOf>>;

/** In turns, so that both meet the same moments. */
export async function lookAtPages<Name extends string>(
  site: string,
  plans: Record<Name, number>,
): Promise<Record<Name, PageLooks>> {
  const agent = new Agent({ keepAlive: true });
  const entries = Object.entries(plans) as [Name, number][];
  const loads = new Map(entries.map(([name]) => [name, [] as Load[]]));
  for (let nth = 0; nth < LOADS; nth++) {
    for (const [name, id] of entries) {
      loads.get(name)?.push(await load(`${site}/plans/${id}`, agent));
      await pause(REST_MS);
    }
  }
  const looks: [Name, PageLooks][] = [];
  for (const [name, id] of entries) {
    looks.push([name, await looksOf(loads.get(name) ?? [], `${site}/api/plans/${id}/events`)]);
  }
  agent.destroy();
  return Object.fromEntries(looks) as Record<Name, PageLooks>;
}

async function looksOf(loads: Load[], events: string) {
  const times = loads.map(({ ms }) => ms);
  return {
    p50: median(times),
    p99: quantile(times, 0.99),
    slowest: Math.max(...times),
    bytes: Math.max(...loads.map(({ bytes }) => bytes)),
    update: await largestUpdate(events),
  };
}

type Load = { ms: number; bytes: number };

/** Until its last byte; the bytes are those on the wire, heads included. */
async function load(address: string, agent: Agent): Promise<Load> {
  const from = performance.now();
  const answer = await ask(address, agent);
  const { socket } = answer;
  for await (const _ of answer);
  const ms = performance.now() - from;
  const bytes = socket.bytesRead - (read.get(socket) ?? 0);
  read.set(socket, socket.bytesRead);
  return { ms, bytes };
}

/** What each connection has brought so far. */
const read = new WeakMap<object, number>();

async function largestUpdate(address: string): Promise<number> {
  const answer = await ask(address);
  const ended = setTimeout(() => answer.destroy(), HEAR_MS);
  let text = '';
  try {
    for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  } catch {
    // It has no end of its own.
  }
  clearTimeout(ended);
  return Math.max(...text.split('\n\n').map((event) => Buffer.byteLength(event)));
}

function ask(address: string, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(address, { headers: ENCODINGS, ...(agent ? { agent } : {}) }, (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`${address}: ${answer.statusCode}`));
    }).once('error', reject);
  });
}
