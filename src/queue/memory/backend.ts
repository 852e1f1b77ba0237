import { setImmediate as otherWork } from 'node:timers/promises';
import type { IQueueBackend, JobJson, KeepJobs, MinimalJob } from 'bullmq';
import type { Job, MemoryJobs } from './jobs.ts';
import { QueueReadings } from './readings.ts';

/** Parts of BullMQ's interface that nothing here calls. The listeners are EventEmitter's. */
type Unused =
  | 'addFlow'
  | 'addJobScheduler'
  | 'addLog'
  | 'clearLogs'
  | 'deleteDeduplicationKey'
  | 'extendLock'
  | 'forQueue'
  | 'getDeduplicationJobId'
  | 'getIgnoredChildrenFailures'
  | 'getJobScheduler'
  | 'getJobSchedulerData'
  | 'getProcessedChildrenValues'
  | 'isFinished'
  | 'isJobScheduler'
  | 'moveToWaitingChildren'
  | 'on'
  | 'once'
  | 'paginate'
  | 'publishEvent'
  | 'readEvents'
  | 'removeChildDependency'
  | 'removeDeduplicationKey'
  | 'removeDeprecatedPriorityKey'
  | 'removeJobScheduler'
  | 'removeListener'
  | 'removeOrphanedJobs'
  | 'removeUnprocessedChildren'
  | 'retryJob'
  | 'trimEvents'
  | 'updateData'
  | 'updateJobSchedulerNextMillis'
  | 'updateProgress';

/** What a worker gets: a job, or when to ask again. `nextDue` is in ms since 1970. */
type Given = [job: JobJson | null, id: string, limitedMs: number, nextDue: number];

/**
 * BullMQ's store in the memory of this process. After a job was put back, other work runs first: a
 * job that comes again and again does not block the process.
 */
export class MemoryBackend extends QueueReadings implements Omit<IQueueBackend, Unused> {
  readonly minimumBlockTimeout = 0.001;
  readonly maximumBlockTimeout = 3_600;
  closing: Promise<void> | undefined;
  readonly #kept: number;
  /** Tokens of the jobs that this worker may have in hand, by the job's id. */
  readonly #given = new Map<string, string>();
  #endWait: (() => void) | undefined;
  #isInterrupted = false;

  /** `kept`: how many finished jobs of each kind stay for Bull Board. */
  constructor(name: string, jobs: MemoryJobs, kept: number) {
    super(name, jobs);
    this.#kept = kept;
  }

  async waitUntilReady() {}

  /** Puts the jobs that this worker still has in hand back into the queue, for another worker. */
  async close() {
    this.closing = Promise.resolve();
    this.#endWait?.();
    for (const [id, token] of this.#given) {
      const job = this.jobs.find(id);
      if (job?.token === token) this.jobs.wait(job, true);
    }
    this.#given.clear();
  }

  async disconnect() {
    this.#endWait?.();
  }

  async setName() {}

  async addJob(job: JobJson, id: string) {
    this.jobs.add({ ...job, id });
    return id;
  }

  async addJobs(entries: { job: JobJson; jobId: string }[]) {
    for (const { job, jobId } of entries) this.jobs.add({ ...job, id: jobId });
    return entries.map(({ jobId }) => jobId);
  }

  async moveToActive(token: string): Promise<Given> {
    const job = this.jobs.take(token);
    if (!job) return [null, '', this.jobs.limitedMs(), this.jobs.nextDue()];
    this.#given.set(job.json.id, token);
    return [job.json, job.json.id, 0, 0];
  }

  async moveToCompleted(
    { id }: Pick<MinimalJob, 'id'>,
    value: unknown,
    _: boolean | number | KeepJobs,
    token: string,
    isNextWanted: boolean,
  ) {
    const job = this.#takeBack(id, token);
    job.json.returnvalue = JSON.stringify(value ?? null);
    return this.#finish(job, 'completed', isNextWanted ? token : null);
  }

  async moveToFailed(
    { id }: Pick<MinimalJob, 'id'>,
    why: string,
    _: boolean | number | KeepJobs,
    token: string,
    isNextWanted: boolean,
    { stacktrace = '[]' }: Record<string, string> = {},
  ) {
    const job = this.#takeBack(id, token);
    Object.assign(job.json, { failedReason: why, stacktrace });
    return this.#finish(job, 'failed', isNextWanted ? token : null);
  }

  async moveToDelayed(id: string, timestamp: number, delay: number, token?: string) {
    this.jobs.delay(this.#takeBack(id, token), timestamp + delay, delay);
    await otherWork();
  }

  async moveJobFromActiveToWait(id: string, token?: string) {
    this.jobs.wait(this.#takeBack(id, token), true);
    await otherWork();
    return this.jobs.windowMs();
  }

  async retryFinishedJob({ id = '' }: Pick<MinimalJob, 'id'>, state: 'failed' | 'completed') {
    this.jobs.wait(this.jobs.get(id, state));
  }

  async retryFinishedJobs(state: 'failed' | 'completed' = 'failed') {
    for (const job of this.jobs.ofKind(state)) this.jobs.wait(job);
    return 0;
  }

  async promote(id: string) {
    this.jobs.wait(this.jobs.get(id, 'delayed'));
  }

  async promoteJobs() {
    for (const job of this.jobs.ofKind('delayed')) this.jobs.wait(job);
    return 0;
  }

  async changeDelay(id: string, delay: number) {
    this.jobs.delay(this.jobs.get(id, 'delayed'), Date.now() + delay, delay);
  }

  async changePriority(id: string, priority = 0) {
    const job = this.jobs.get(id, 'waiting');
    job.json.priority = priority;
    this.jobs.wait(job);
  }

  /** No job stalls: when a job's process dies, the queue dies too. */
  async moveStalledJobsToWait() {
    return [];
  }

  async extendLocks() {
    return [];
  }

  async pause(isWanted: boolean) {
    this.jobs.pause(isWanted);
  }

  async drain(areDelayedToo: boolean) {
    for (const job of this.jobs.in('waiting')) this.jobs.remove(job);
    if (areDelayedToo) for (const job of this.jobs.in('delayed')) this.jobs.remove(job);
  }

  async cleanJobsByState(kind: string, until: number, most = 0) {
    const jobs = this.jobs
      .ofKind(kind)
      .filter(({ json }) => (json.finishedOn ?? json.timestamp) <= until)
      .slice(0, most || undefined);
    for (const job of jobs) this.jobs.remove(job);
    return jobs.map(({ json }) => json.id);
  }

  async obliterate({ force }: { force: boolean }) {
    if (!force && this.jobs.in('active').size > 0) throw new Error('Jobs are in hand');
    this.jobs.clear();
    return 0;
  }

  async remove(id: string) {
    const job = this.jobs.find(id);
    if (!job || job.token !== undefined) return 0;
    this.jobs.remove(job);
    return 1;
  }

  async setQueueMeta(values: Record<string, string | number>) {
    for (const [field, value] of Object.entries(values)) this.jobs.meta.set(field, String(value));
    return Object.keys(values).length;
  }

  async removeQueueMetaFields(fields: string[]) {
    return fields.filter((field) => this.jobs.meta.delete(field)).length;
  }

  async setRateLimit(ms: number) {
    this.jobs.rest(ms);
  }

  async removeRateLimitKey() {
    this.jobs.endRest();
    return 1;
  }

  /** Resolves to null when no job came within `seconds`, or the wait was ended. */
  async waitForJob(seconds: number) {
    if (this.closing || this.#isInterrupted) return null;
    const job = { member: this.qualifiedName, score: 0 };
    if (this.jobs.hasReady()) return job;
    const nextDue = this.jobs.nextDue();
    const ms = nextDue === 0 ? seconds * 1000 : Math.min(seconds * 1000, nextDue - Date.now());
    return new Promise<typeof job | null>((resolve) => {
      const timer = setTimeout(() => this.#endWait?.(), Math.max(1, ms));
      const end = (result: typeof job | null) => {
        clearTimeout(timer);
        forget();
        resolve(result);
      };
      const forget = this.jobs.onWake(() => end(job));
      this.#endWait = () => end(null);
    });
  }

  async disconnectBlocking() {
    this.#isInterrupted = true;
    this.#endWait?.();
  }

  async reconnectBlocking() {
    this.#isInterrupted = false;
  }

  /** Throws when the worker no longer has the job in hand, as after the queue was razed. */
  #takeBack(id = '', token?: string): Job {
    this.#given.delete(id);
    const job = this.jobs.get(id, 'active');
    if (job.token !== token) throw new Error(`Job ${id} is in other hands`);
    return job;
  }

  /** `token` is for the next job; null: the worker wants none. */
  async #finish(job: Job, state: 'completed' | 'failed', token: string | null) {
    this.jobs.finish(job, state, this.#kept);
    const result = token === null ? undefined : await this.moveToActive(token);
    return { result, finishedOn: job.json.finishedOn ?? 0 };
  }
}
