import type { JobJson, JobState } from 'bullmq';
import { JobHeap } from './job-heap.ts';

export type State = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

/** A job as BullMQ reads it, and where it is. */
export type Job = {
  readonly json: JobJson;
  state: State;
  /** Orders jobs of one rank. Each move gives a new one, and removal 0. */
  ticket: number;
  /** When a delayed job is due, ms since 1970. */
  dueAt: number;
  /** The token of the worker that has the job in hand. */
  token: string | undefined;
};

/**
 * One queue's jobs in the memory of this process, by BullMQ's rules: priorities, delays, one limit
 * for all workers, and only the worker that has a job in hand may finish it. Like BullMQ's, times
 * are `Date.now()`.
 */
export class MemoryJobs {
  /** The queue's settings as BullMQ names them: `paused`, `max` and `duration` (ms). */
  readonly meta = new Map<string, string>();
  readonly #jobs = new Map<string, Job>();
  readonly #in = {
    waiting: new Set<Job>(),
    delayed: new Set<Job>(),
    active: new Set<Job>(),
    completed: new Set<Job>(),
    failed: new Set<Job>(),
  };
  #ready = new JobHeap<Job>();
  #later = new JobHeap<Job>();
  #lastTicket = 0;
  #window = { given: 0, until: 0 };
  readonly #sleepers = new Set<() => void>();

  constructor(isPaused = false) {
    this.pause(isPaused);
  }

  /** Adds a job, unless its id is known. */
  add(json: JobJson): void {
    if (this.#jobs.has(json.id)) return;
    const { priority = 0, delay = 0 } = json.opts;
    const job: Job = {
      json: { ...json, priority, delay },
      ...{ state: 'waiting', ticket: 0, dueAt: 0, token: undefined },
    };
    this.#jobs.set(json.id, job);
    if (delay > 0) this.delay(job, json.timestamp + delay, delay);
    else this.wait(job);
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Throws when the job is not in that state. */
  get(id: string, state: State): Job {
    const job = this.#jobs.get(id);
    if (job?.state === state) return job;
    throw new Error(`Job ${id} is not ${state}`);
  }

  /** The jobs in a state, in the order in which they got there. */
  in(state: State): ReadonlySet<Job> {
    return this.#in[state];
  }

  /** The jobs of one of BullMQ's kinds. A waiting job with a priority is `prioritized`. */
  ofKind(kind: string): Job[] {
    const wanted = kind === 'wait' ? 'waiting' : kind;
    const state = wanted === 'prioritized' ? 'waiting' : wanted;
    if (!(state in this.#in)) return [];
    return [...this.#in[state as State]].filter((job) => kindOf(job) === wanted);
  }

  /** A paused queue gives out no job. */
  pause(isWanted: boolean): void {
    if (isWanted) this.meta.set('paused', '1');
    else this.meta.delete('paused');
    this.wake();
  }

  /** Gives out the next job; undefined: there is none, or none may be given out now. */
  take(token: string): Job | undefined {
    const now = Date.now();
    this.#release(now);
    const job = this.#ready.first();
    if (!job || this.meta.has('paused') || this.limitedMs() > 0) return undefined;
    this.#count(now);
    this.#move(job, 'active');
    job.token = token;
    job.json.processedOn = now;
    job.json.attemptsStarted += 1;
    return job;
  }

  /** Finishes the job. Forgets the oldest jobs in that state beyond `keep`. */
  finish(job: Job, state: 'completed' | 'failed', keep: number): void {
    job.json.finishedOn = Date.now();
    job.json.attemptsMade += 1;
    this.#move(job, state);
    for (const oldest of this.#in[state]) {
      if (this.#in[state].size <= keep) return;
      this.remove(oldest);
    }
  }

  /** `delay`, ms, is only for Bull Board. */
  delay(job: Job, dueAt: number, delay: number): void {
    job.dueAt = dueAt;
    job.json.delay = delay;
    this.#move(job, 'delayed');
    this.#later.add(job, dueAt);
    this.wake();
  }

  /** `isFirst`: before other jobs of the same priority. */
  wait(job: Job, isFirst = false): void {
    job.json.delay = 0;
    delete job.json.finishedOn;
    this.#move(job, 'waiting');
    if (isFirst) job.ticket = -job.ticket;
    this.#ready.add(job, job.json.priority ?? 0);
    this.wake();
  }

  remove(job: Job): void {
    this.#jobs.delete(job.json.id);
    this.#in[job.state].delete(job);
    job.ticket = 0;
    job.token = undefined;
  }

  /** Forgets all jobs and settings. */
  clear(): void {
    for (const job of this.#jobs.values()) this.remove(job);
    this.#ready = new JobHeap();
    this.#later = new JobHeap();
    this.meta.clear();
    this.endRest();
  }

  /** Gives out no job for this long, ms. */
  rest(ms: number): void {
    this.#window = { given: Number.POSITIVE_INFINITY, until: Date.now() + ms };
  }

  endRest(): void {
    this.#window = { given: 0, until: 0 };
  }

  /** How long the current window of the limit, or a rest, still lasts, ms. */
  windowMs(): number {
    return Math.max(0, this.#window.until - Date.now());
  }

  /** How long the limit or a rest still gives out no job, ms. */
  limitedMs(): number {
    const max = Number(this.meta.get('max') ?? Number.POSITIVE_INFINITY);
    return this.#window.given < max ? 0 : this.windowMs();
  }

  /** When the next delayed job is due, ms since 1970; 0: none is delayed. */
  nextDue(): number {
    return this.#later.first()?.dueAt ?? 0;
  }

  hasReady(): boolean {
    return !this.meta.has('paused') && this.#ready.first() !== undefined;
  }

  /** Runs `call` once, when there may be a job to take. The returned function cancels the call. */
  onWake(call: () => void): () => void {
    this.#sleepers.add(call);
    return () => this.#sleepers.delete(call);
  }

  wake(): void {
    const sleepers = [...this.#sleepers];
    this.#sleepers.clear();
    for (const call of sleepers) call();
  }

  #release(now: number): void {
    for (let job = this.#later.first(); job && job.dueAt <= now; job = this.#later.first())
      this.wait(job);
  }

  #count(now: number): void {
    const duration = Number(this.meta.get('duration') ?? 0);
    if (now >= this.#window.until) this.#window = { given: 0, until: now + duration };
    this.#window.given += 1;
  }

  #move(job: Job, state: State): void {
    this.#in[job.state].delete(job);
    this.#in[state].add(job);
    job.state = state;
    job.token = undefined;
    this.#lastTicket += 1;
    job.ticket = this.#lastTicket;
  }
}

export function kindOf({ state, json }: Job): JobState {
  return state === 'waiting' && json.priority ? 'prioritized' : state;
}
