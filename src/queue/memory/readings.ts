import { EventEmitter } from 'node:events';
import type { IQueueBackend, JobState, JobType } from 'bullmq';
import { type Job, kindOf, type MemoryJobs } from './jobs.ts';

/** What BullMQ and its board read of a queue in memory. */
export class QueueReadings extends EventEmitter {
  protected readonly jobs: MemoryJobs;
  readonly qualifiedName: string;
  readonly keys = {} as IQueueBackend['keys'];

  constructor(name: string, jobs: MemoryJobs) {
    super();
    this.qualifiedName = name;
    this.jobs = jobs;
  }

  toKey(type: string) {
    return `${this.qualifiedName}:${type}`;
  }

  parseNodeKey(key: string) {
    const at = key.lastIndexOf(':');
    return { prefix: '', queueName: key.slice(0, at), id: key.slice(at + 1) };
  }

  clientName(suffix = '') {
    return this.qualifiedName + suffix;
  }

  async getState(id: string): Promise<JobState | 'unknown'> {
    const job = this.jobs.find(id);
    return job ? kindOf(job) : 'unknown';
  }

  async isJobInState(state: string, id: string) {
    return (await this.getState(id)) === (state === 'wait' ? 'waiting' : state);
  }

  async getJobData(id: string) {
    return this.jobs.find(id)?.json;
  }

  async getCounts(types: JobType[], before = Number.POSITIVE_INFINITY) {
    const isCounted = ({ state, dueAt }: Job) => state !== 'delayed' || dueAt < before;
    return types.map((type) => this.jobs.ofKind(type).filter(isCounted).length);
  }

  async getCountsPerPriority(priorities: number[]) {
    const waiting = [...this.jobs.in('waiting')];
    return priorities.map(
      (wanted) => waiting.filter(({ json }) => json.priority === wanted).length,
    );
  }

  /** As on Redis: lists come newest first, and BullMQ reverses them. */
  async getRanges(types: JobType[], start = 0, end = -1, isAscending = false) {
    return types.map((type) => {
      const isList = type === 'wait' || type === 'waiting' || type === 'active';
      const all = this.jobs.ofKind(type).sort(isList ? byTicket : byRank);
      if (isList || !isAscending) all.reverse();
      return all.map(({ json }) => json.id).slice(start, end < 0 ? undefined : end + 1) as [string];
    });
  }

  async isMaxed() {
    return false;
  }

  async getRateLimitTtl() {
    return this.jobs.meta.has('max') ? this.jobs.limitedMs() : this.jobs.windowMs();
  }

  async getQueueMeta() {
    return Object.fromEntries(this.jobs.meta);
  }

  async getQueueMetaField(field: string) {
    return this.jobs.meta.get(field) ?? null;
  }

  async getQueueMetaFields(fields: string[]) {
    return fields.map((field) => this.jobs.meta.get(field) ?? null);
  }

  async hasQueueMetaField(field: string) {
    return this.jobs.meta.has(field);
  }

  // The board asks for these, and there are none.

  async getJobLogs() {
    return { logs: [], count: 0 };
  }

  async getMetrics(): Promise<[string[], string[], number]> {
    return [['0', '0', '0'], [], 0];
  }

  async getDependencies() {
    return {};
  }

  async getDependencyCounts(_: string, types: string[]) {
    return types.map(() => 0);
  }

  async getJobSchedulersCount() {
    return 0;
  }

  async getJobSchedulersRange() {
    return [];
  }

  async getClientList() {
    return [];
  }
}

const byTicket = (a: Job, b: Job) => a.ticket - b.ticket;

/** By priority, by when the jobs are due, or by when they were finished. */
function byRank(a: Job, b: Job): number {
  return rankOf(a) - rankOf(b) || byTicket(a, b);
}

function rankOf({ state, dueAt, json }: Job): number {
  if (state === 'delayed') return dueAt;
  return state === 'waiting' ? (json.priority ?? 0) : (json.finishedOn ?? 0);
}
