/** A huge running plan is cancelled on its page: what the person sees, and when it is done. */
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { type Parts, sumOfParts } from '../test/support/parts.ts';
import { until } from '../test/support/until.ts';
import { writeLargePlan } from './large-plan.ts';
import { startCommand } from './program.ts';
import type { Servers } from './servers.ts';
import { openStage } from './stage.ts';
import { watchQueue } from './watch-queue.ts';

const WORKERS = 3;
/** So fast that a few orders are always on their way. */
const RATE = '50';
const WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 50;

export type Cancelled = Awaited<ReturnType<typeof cancelOnPage>>;

/** Times are since the click, ms. */
export async function cancelOnPage(servers: Servers, orders: number) {
  const settings = { RATE, RECONCILE: 'off', PORT: `${await freePort()}` };
  await using stage = await openStage(servers, { latencyMs: 20, settings });
  await using queue = watchQueue(stage.settings.REDIS_URL ?? '');
  const wish = { lines: orders, quantity: 1, filled: 0 };
  const id = await writeLargePlan(stage.settings.DATABASE_URL ?? '', wish);
  const server = startCommand(['serve'], stage.folder, stage.settings);
  await server.saying(/serves/);
  const workers = Array.from({ length: WORKERS }, () => stage.work());
  await Promise.all(workers.map((worker) => worker.saying(/worker started/)));
  const isMoving = async () => (await stage.vendor.arrivals()) > 100 && (await queue.jobs()) > 100;
  await until(isMoving, { what: 'orders leave', withinMs: WITHIN_MS });

  const page = `http://127.0.0.1:${settings.PORT}`;
  const seen = seenIn(await (await fetch(`${page}/plans/${id}`)).text(), `/plans/${id}/cancel`);
  const from = performance.timeOrigin + performance.now();
  const since = () => performance.timeOrigin + performance.now() - from;
  const answer = await fetch(`${page}/plans/${id}/cancel`, {
    method: 'POST',
    body: new URLSearchParams({ by: 'bench', why: 'enough', seen }),
    redirect: 'manual',
  });
  if (answer.status !== 303) throw new Error(`The click was answered with ${answer.status}.`);
  const answeredMs = since();
  const emptying = until(async () => (await queue.jobs()) === 0 && since(), {
    what: 'the queue is empty',
    withinMs: WITHIN_MS,
  });
  const looks: Look[] = [];
  let last = { arrivals: 0, ms: 0 };
  do {
    looks.push((await (await fetch(`${page}/api/plans/${id}`)).json()) as Look);
    const arrivals = await stage.vendor.arrivals();
    if (arrivals > last.arrivals) last = { arrivals, ms: since() };
    await pause(LOOK_EVERY_MS);
  } while (looks.at(-1)?.endedAt === null && since() < WITHIN_MS);
  const endedMs = since();
  const emptyMs = await emptying;
  await server.stop();
  return {
    answeredMs,
    /** When it was seen that another order had arrived, for the last time. */
    lastMs: last.ms,
    emptyMs,
    endedMs,
    /** How many different counts were seen on the way. */
    seen: new Set(looks.map(({ cancelled }) => cancelled)).size,
    addsUp: looks.every((look) => look.requested === sumOfParts(look)),
  };
}

type Look = Parts & { requested: number; endedAt: string | null };

/** What the form at this address shows, by the name that it sends along. */
function seenIn(html: string, action: string): string {
  const form = html.slice(html.indexOf(`action="${action}"`));
  return /name="seen" value="([^"]*)"/.exec(form)?.[1] ?? '';
}
