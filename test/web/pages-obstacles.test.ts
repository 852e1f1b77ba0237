import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { obstacleSentence } from '../../src/dialogue/index.ts';
import { changeAccount, findPlan, steerPlan } from '../../src/ledger/index.ts';
import { operationsOver } from '../../src/operations/index.ts';
import { type OrderQueue, openQueue } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { sql } from '../support/ledger.ts';
import { dailyLimit } from '../support/plans.ts';
import { press, read, words } from './pages-forms.ts';
import { ask, hear, newCsv, post, siteOfFile, submitted } from './site.ts';

const { given, site } = siteOfFile();
let queue: OrderQueue;
let plan: number;

beforeAll(async () => {
  queue = await openQueue('sandbox', { ledger: given.ledger, redisUrl: null });
  atEnd(queue.close);
  plan = await submitted(site, newCsv('212,100'));
  await steerPlan(given.ledger, plan, 'start', { who: 'Ada' });
});

beforeEach(() => hear(site));

const board = (button: string) =>
  ask(site, `/queues/api/queues/${queue.queue.name}/${button}`, { method: 'PUT' });

describe('a queue that is paused on its board', () => {
  const SAYS = 'The queue of sandbox is paused. Someone paused it on its board';

  test('is on every page and in the API, and nothing calls its plan running', async () => {
    expect(await read(site, `/plans/${plan}`)).toContain('Running');
    expect((await board('pause')).status).toBe(200);
    for (const path of ['/', `/plans/${plan}`, '/accounts', '/accounts/sandbox'])
      expect(await read(site, path), path).toContain(SAYS);
    const page = await read(site, `/plans/${plan}`);
    expect(page).toContain('Queue paused');
    expect(page).toContain('Time left not known until the queue is resumed');
    expect(page).not.toMatch(/Running|min left/);
    const { json } = await ask(site, `/api/plans/${plan}`);
    expect(json).toMatchObject({ isMoving: false, etaSeconds: null, secondsNeeded: 1 });
    expect(json.obstacles).toMatchObject([{ kind: 'queue_paused' }]);
    const list = await ask(site, '/api/plans');
    expect(list.json.plans[0]).toMatchObject({ isMoving: false });
    const metrics = await ask(site, '/metrics');
    expect(metrics.text).toContain('bulk_order_obstacle{account="sandbox",kind="queue_paused"} 1');
  });

  test('leaves who did it and when, and the same of its end', async () => {
    await board('pause');
    await board('resume');
    const page = await read(site, '/accounts/sandbox');
    expect(page).toMatch(/The queue was resumed by Ada\. .*The queue was paused by Ada\./);
    expect(page).not.toContain(SAYS);
    expect(await read(site, `/plans/${plan}`)).toContain('Running');
  });
});

test('a paused plan says that its account is paused, too', async () => {
  const id = await submitted(site, newCsv('212,50'));
  await steerPlan(given.ledger, id, 'start', { who: 'Ada' });
  await steerPlan(given.ledger, id, 'pause', { who: 'Ada' });
  expect(await read(site, `/plans/${id}`)).not.toContain('is paused, too');
  await changeAccount(given.ledger, 'sandbox', { pause: 'holidays' }, { who: 'Ada' });
  const both = await read(site, `/plans/${id}`);
  expect(both).toContain('Account sandbox is paused, too.');
  expect(both).toContain('after you resume it and sandbox');
  await changeAccount(given.ledger, 'sandbox', { resume: true }, { who: 'Ada' });
});

test('a start on a paused account does not say that orders go on', async () => {
  await changeAccount(given.ledger, 'sandbox', { pause: 'holidays' }, { who: 'Ada' });
  const id = await submitted(site);
  const { headers } = await press(site, `/plans/${id}/start`);
  const page = await read(site, headers.location!);
  expect(page).toContain('Started.');
  expect(page).toContain('Account sandbox is paused. holidays. Nothing new is sent');
  expect(page).not.toMatch(/workers go on|orders go on/);
  await post(site, '/api/accounts/sandbox/resume', { by: 'Ada' });
});

test('a daily limit is in the estimates, before the start and after it', async () => {
  await changeAccount(given.ledger, 'sandbox', { limits: [dailyLimit(25)] }, { who: 'Ada' });
  const id = await submitted(site, newCsv('212,100'));
  expect(await read(site, `/plans/${id}`)).toMatch(
    /Takes about [23] d[\d h min]* at 4 orders a second.* Limit: 0 of 25 numbers today\. It leaves/,
  );
  const { json } = await ask(site, '/api/accounts/sandbox');
  expect(json).toMatchObject({ dailyNumbers: 25, leftToday: 25 });
  await steerPlan(given.ledger, id, 'start', { who: 'Ada' });
  expect(await read(site, `/plans/${id}`)).toMatch(/Time left about [23] d/);
  expect((await findPlan(given.ledger, id)).etaSeconds).toBeGreaterThan(2 * 86_400);
  await changeAccount(given.ledger, 'sandbox', { limits: [] }, { who: 'Ada' });
});

test('a plan that can never start has no button, and no time', async () => {
  const limits = [{ ...dailyLimit(100), period: 'plan' as const }, dailyLimit(25)];
  await changeAccount(given.ledger, 'sandbox', { limits }, { who: 'Ada' });
  const { text, ...answer } = await ask(site, `/plans/${await submitted(site, newCsv('212,120'))}`);
  const page = words({ ...answer, text });
  expect(page).toContain(
    'This plan cannot be started: it asks for 120 numbers, and the limit of account "sandbox" is ' +
      'at most 100 numbers by a plan. Split the plan, or have the limit raised.',
  );
  expect(page).not.toMatch(/Start:|Takes|No errors|the rest waits|Limit:/i);
  expect(text).not.toContain('start-button');
  await changeAccount(given.ledger, 'sandbox', { limits: [] }, { who: 'Ada' });
});

test('a rest that the vendor asked for comes over HTTP with its end', async () => {
  await sql(
    given.ledger,
    `update ledger.accounts set resume_at = ledger.now() + interval '1 min', rest_ms = 60000`,
  );
  await using operations = await operationsOver(site.url, null);
  const shown = await operations.plan(plan);
  expect(shown.obstacles.map((each) => obstacleSentence(each, shown, operations))).toEqual([
    expect.stringMatching(
      /^The vendor asked us to slow down\. It continues at \d\d:\d\d:\d\d UTC\.$/,
    ),
  ]);
  await changeAccount(given.ledger, 'sandbox', { resume: true }, { who: 'Ada' });
});

test('the board does not offer to change what it may not', async () => {
  const { json } = await ask(site, `/queues/api/queues?activeQueue=${queue.queue.name}`);
  expect(json.queues[0]).toMatchObject({ supportsGlobalRateLimit: false });
});
