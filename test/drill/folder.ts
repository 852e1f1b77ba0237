/** The embedded ledger: a folder, and one process that has it open, serves the API and works. */

import { execFile } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  Account,
  LostPlanList,
  ObservedPlan,
  PlanList,
  Settled,
  UnknownList,
} from '../../src/documents/index.ts';
import { AppError, hasCode } from '../../src/errors.ts';
import { connect } from '../../src/operations/request.ts';
import type { Reading } from '../support/books/facts.ts';
import { makeDiskImage, whyNoImages } from '../support/disk-image.ts';
import { freePort } from '../support/free-port.ts';
import { NODE } from '../support/quick-node.ts';
import { FOLDER_SUBJECTS, folderStrikes } from './folder-strikes.ts';
import { orMoved, retryWhileAway } from './patience.ts';
import { type Controls, openPerson } from './person.ts';
import { type PlanFile, writePlan } from './plans.ts';
import { ACCOUNT, type Place, pendingIn, type Scene } from './scene.ts';
import type { Schedule } from './schedule.ts';

export type Folder = Awaited<ReturnType<typeof openFolder>>;

export async function openFolder(parent: string, { faults }: Schedule) {
  const needsDisk = faults.some(({ kind }) => kind === 'power_cut');
  const disk = needsDisk && !whyNoImages(parent) ? makeDiskImage(parent) : null;
  const data = join(disk?.path ?? parent, 'data');
  const port = await freePort();
  return {
    /** DATA_DIR, and a place for a copy of it beside it. */
    data,
    copy: join(disk?.path ?? parent, 'copy'),
    /** Where the process serves its API. */
    url: `http://127.0.0.1:${port}`,
    env: { DATA_DIR: data, PORT: String(port) },
    /** A command that finds the folder in its place. */
    command: disk?.mounted ?? ((command: string[]) => command),
    /** Null: it lies on no disk that could lose its power. */
    cutPower: disk?.cutPower ?? null,
  };
}

/** Runs it to its end while no process holds the folder; returns what it has written. */
export async function runOn(folder: Folder, command: string[]): Promise<string> {
  const [program = '', ...args] = folder.command(command);
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

export function onFolder(
  scene: Scene,
  folder: Folder,
  { schedule, folder: files }: { schedule: Schedule; folder: string },
): Place {
  const { ask } = connect(folder.url, null);
  const { seed, number, settles } = schedule;
  const due: PlanFile[] = [];
  const by = { by: 'Ada', why: 'the drill goes on' };
  const plans = async () => (await ask('/plans?limit=100', PlanList)).plans;

  async function ensurePlan(file: PlanFile): Promise<void> {
    const id = await submit(file);
    await ask(`/plans/${id}/start?yes=true`, ObservedPlan, { method: 'POST', json: { by: 'Ada' } });
  }

  /** They are no remainders: none waits for one that is there again. */
  async function goOnBesideLost(): Promise<void> {
    const path = `/accounts/${ACCOUNT}/lost-plans`;
    const { lostPlans } = await ask(path, LostPlanList);
    for (const { file } of lostPlans.filter(({ planId }) => planId !== null)) {
      const json = { ...by, dismiss: file, againstEvidence: true };
      await ask(path, LostPlanList, { method: 'POST', json }).catch(orMoved);
    }
    const paused = (await plans()).filter(({ reason }) => reason?.includes('is lost'));
    for (const { id } of paused)
      await ask(`/plans/${id}/resume`, ObservedPlan, { method: 'POST', json: by }).catch(orMoved);
  }

  /** Returns its id, also when it was there already. */
  async function submit({ name, path }: PlanFile): Promise<number> {
    const query = new URLSearchParams({ name, account: ACCOUNT, by: 'Ada' });
    const file = await openAsBlob(path);
    try {
      return (await ask(`/plans?${query}`, ObservedPlan, { method: 'POST', file })).id;
    } catch (error) {
      if (!hasCode(error, 'duplicate_file')) throw error;
      return error.details.plan;
    }
  }

  const controls: Controls = {
    async restorePlans() {
      const there = await plans();
      const isThere = ({ name }: PlanFile) =>
        there.some((plan) => plan.name === name && plan.state !== 'ready');
      for (const file of due.filter((each) => !isThere(each)))
        await ensurePlan(file).catch(orMoved);
      await goOnBesideLost();
    },
    async pausedReason() {
      return (await ask(`/accounts/${ACCOUNT}`, Account)).pausedReason;
    },
    async resume() {
      await ask(`/accounts/${ACCOUNT}/resume`, Account, { method: 'POST', json: by });
    },
    async unknown() {
      const { orders } = await ask('/unknown?limit=1000', UnknownList);
      return orders.map(({ order, attempt, areaCode, quantity, bought, disputed }) => ({
        ...{ id: order, attempt, bought, quantity, search: areaCode ?? '' },
        isDisputed: disputed.length > 0,
        // Of one process that is gone nothing is under way, and the one that is there is asked.
        worker: null,
        isUnderWay: false,
      }));
    },
    async taken(numbers) {
      const recorded = new Set<string>();
      for (const { id } of await plans()) {
        const response = await fetch(`${folder.url}/api/plans/${id}/numbers.csv`).catch(away);
        for (const [n] of (await response.text().catch(away)).matchAll(/\b\d{10}\b/g)) {
          recorded.add(n);
        }
      }
      return numbers.filter((number) => recorded.has(number));
    },
    async settle({ id, attempt }, finding) {
      const why = "the vendor's books say so";
      const json = { ...finding, attempt, againstEvidence: true, by: 'Ada', why };
      await ask(`/orders/${id}/settle`, Settled, { method: 'POST', json });
    },
  };

  return {
    strikes: folderStrikes(scene, folder),
    subjects: FOLDER_SUBJECTS,
    person: openPerson(scene, controls, { seed: seed ^ number, share: settles }),
    async startPlan(nth) {
      const file = await writePlan(files, nth, schedule.plans[nth]!);
      await retryWhileAway(() => ensurePlan(file).catch(orMoved));
      due.push(file);
    },
    async pendingOrders() {
      return pendingIn(await plans());
    },
    async read() {
      const script = join(import.meta.dirname, 'read-folder.ts');
      const text = await runOn(folder, [...NODE, script, folder.data]);
      return JSON.parse(text, withDates) as Reading;
    },
  };
}

function away(): never {
  throw new AppError('server_down', 'The process is away.', { server: '', reason: 'away' });
}

function withDates(key: string, value: unknown): unknown {
  return key === 'claimedAt' ? new Date(String(value)) : value;
}
