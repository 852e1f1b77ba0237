/**
 * The queue in memory: jobs are delivered at least once, sometimes twice, mostly in the order of
 * priorities, and all of them may vanish.
 */
import type { JobAnswer, OrderQueue } from '../../src/queue/index.ts';
import type { Process } from './process.ts';
import { ask, type Wire } from './wire.ts';
import type { World } from './world.ts';

type Job = {
  id: string;
  order: number;
  priority: number;
  /** Not before then, by the queue's clock. */
  from: number;
  state: 'ready' | 'active' | 'done';
  /** Raised with each delivery: only the last one's answer counts. */
  delivery: number;
};

type Consumer = {
  process: Process;
  concurrency: number;
  busy: number;
  isOpen: boolean;
  operation: (order: number) => Promise<JobAnswer>;
};

export type SimulatedQueue = ReturnType<typeof openSimulatedQueue>;

/** A job whose worker has fallen silent is delivered again after so long, ms. */
const LOCK_MS = 15_000;
const LONGEST_REST_MS = 30_000;

const queueAway = () => new Error('the queue does not answer');

export function openSimulatedQueue(world: World) {
  const { chance } = world;
  let jobs = new Map<string, Job>();
  let restsUntil = 0;
  let limit: { max: number; duration: number } | null = null;
  let window = { from: 0, count: 0 };
  let lookAt = Number.POSITIVE_INFINITY;
  const consumers: Consumer[] = [];

  function look(at: number): void {
    if (at >= lookAt) return;
    lookAt = at;
    world.after(at - world.now(), () => {
      if (lookAt !== at) return;
      lookAt = Number.POSITIVE_INFINITY;
      deliverAll();
    });
  }
  const lookSoon = () => look(world.now() + 1);

  function deliverAll(): void {
    const now = world.now();
    if (restsUntil > now) {
      look(restsUntil);
      return;
    }
    const free = consumers.filter(
      ({ process, busy, concurrency, isOpen }) =>
        isOpen && process.isAlive() && !process.isFrozen() && busy < concurrency,
    );
    const ready = [...jobs.values()].filter(({ state }) => state === 'ready');
    const due = ready.filter(({ from }) => from <= now).sort((a, b) => a.priority - b.priority);
    while (free.length > 0 && due.length > 0) {
      if (limit && now >= window.from + limit.duration) window = { from: now, count: 0 };
      if (limit && window.count >= limit.max) {
        look(window.from + limit.duration);
        return;
      }
      window.count += 1;
      const [job] = due.splice(chance.happens(0.9) ? 0 : chance.below(due.length), 1);
      const consumer = chance.pick(free);
      deliver(job!, consumer);
      if (consumer.busy >= consumer.concurrency) free.splice(free.indexOf(consumer), 1);
    }
    const next = Math.min(...ready.filter(({ from }) => from > now).map(({ from }) => from));
    if (next < Number.POSITIVE_INFINITY) look(next);
    // Later a worker is free, or stands still no more.
    if (due.length > 0) look(now + 1_000);
  }

  function deliver(job: Job, consumer: Consumer): void {
    const delivery = ++job.delivery;
    const isTwice = chance.happens(queue.doubles);
    job.state = isTwice ? 'ready' : 'active';
    consumer.busy += 1;
    const isLast = () => job.delivery === delivery && jobs.get(job.id) === job;
    const watch = (): void =>
      world.after(LOCK_MS, () => {
        if (!isLast() || job.state !== 'active') return;
        if (consumer.process.isAlive() && !consumer.process.isFrozen()) return watch();
        job.state = 'ready';
        lookSoon();
      });
    watch();
    world.after(1 + chance.next() * 3, () =>
      consumer.process.hear(async () => {
        const answer = await consumer.operation(job.order);
        consumer.busy -= 1;
        if (isLast()) obey(job, answer);
        lookSoon();
      }),
    );
    if (isTwice) lookSoon();
  }

  function obey(job: Job, answer: JobAnswer): void {
    job.state = answer.next === 'done' ? 'done' : 'ready';
    if (answer.next === 'later') job.from = world.now() + answer.waitMs;
    if (answer.next === 'rest') rest(answer.waitMs);
  }

  function rest(ms: number): void {
    restsUntil = Math.max(restsUntil, world.now() + Math.min(ms, LONGEST_REST_MS));
  }

  const of = (...states: Job['state'][]) =>
    [...jobs.values()].filter(({ state }) => states.includes(state));
  const remove = (some: Job[]) => {
    for (const { id } of some) jobs.delete(id);
    return some.map(({ id }) => id);
  };

  /** The part of BullMQ's queue that the program uses. */
  const operations = {
    getJobCounts: () => ({
      prioritized: of('ready').length,
      waiting: 0,
      delayed: 0,
      active: of('active').length,
    }),
    // Delays are kept here by the world's own time, which no worker's clock can put out.
    getDelayedCount: () => 0,
    getJobs: () => of('ready').sort((a, b) => a.priority - b.priority),
    addBulk(
      some: {
        data: { order: number };
        opts: { jobId: string; priority: number; delay?: number };
      }[],
    ) {
      for (const { data, opts } of some) {
        const { jobId: id, priority, delay = 0 } = opts;
        const from = world.now() + delay;
        if (!jobs.has(id))
          jobs.set(id, { id, order: data.order, priority, from, state: 'ready', delivery: 0 });
      }
      lookSoon();
    },
    clean: (_age: number, most: number, kind: string) =>
      remove(of(kind === 'completed' ? 'done' : 'ready').slice(0, kind === 'failed' ? 0 : most)),
    isPaused: () => false,
    obliterate: () => void remove([...jobs.values()]),
    removeRateLimitKey() {
      restsUntil = 0;
      window = { from: 0, count: 0 };
      lookSoon();
    },
    remove(id: string) {
      if (jobs.get(id)?.state !== 'active') jobs.delete(id);
    },
    getGlobalRateLimit: () => limit,
    getRateLimitTtl: () => Math.max(0, restsUntil - world.now()),
    setGlobalRateLimit(max: number, duration: number) {
      limit = { max, duration };
    },
    rateLimit: rest,
  };

  const queue = {
    /** How likely a job is delivered to a second one as well. */
    doubles: 0,
    over(wire: Wire, process: Process): OrderQueue {
      const over = Object.entries(operations).map(([name, operation]) => [
        name,
        (...given: never[]) =>
          ask(process, wire, queueAway, () => (operation as (...g: never[]) => unknown)(...given)),
      ]);
      return { queue: Object.fromEntries(over) } as unknown as OrderQueue;
    },
    /** Delivers jobs to it; what is returned ends that. */
    consume(process: Process, concurrency: number, operation: Consumer['operation']): () => void {
      const consumer = { process, concurrency, busy: 0, isOpen: true, operation };
      consumers.push(consumer);
      lookSoon();
      return () => {
        consumer.isOpen = false;
      };
    },
    empty(): void {
      jobs = new Map();
      limit = null;
      restsUntil = 0;
    },
  };
  return queue;
}
