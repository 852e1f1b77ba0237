import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noteEvent, noteProgress, steerPlan } from '../../src/ledger/index.ts';
import { labelOf } from '../support/ledger.ts';
import { linesOf, newPlan } from '../support/plans.ts';
import { sendOne } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { ask, openSite, replaceQuery, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();
// biome-ignore lint/suspicious/noExplicitAny: what a test expects, it says itself
type Message = { id?: string; event?: string; data?: any };

/** Listens like a browser does, until the test ends or it hangs up. */
async function listen(planId: number, query = '', from = site, headers = {}) {
  const url = `${from.url}/api/plans/${planId}/events${query}`;
  const request = get(url, { agent: false, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // It may hang up.
  for (const each of [request, response]) each.on('error', () => {});
  const messages: Message[] = [];
  let comments = 0;
  let unread = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    const blocks = (unread + text).split('\n\n');
    unread = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments += 1;
      const fields = Object.fromEntries(
        block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      );
      if (fields.event) messages.push({ ...fields, data: JSON.parse(fields.data) });
    }
  });
  const ended = new Promise<void>((done) => response.once('close', done));
  onTestFinished(() => void request.destroy());
  const of = (event: string) => messages.filter((message) => message.event === event);
  return {
    response,
    messages,
    of,
    ended,
    hangUp: () => request.destroy(),
    get comments() {
      return comments;
    },
    first: (event: string) =>
      until(() => of(event)[0], { what: `a message "${event}" has come` }) as Promise<Message>,
    next: (event: string, count: number) =>
      until(() => of(event)[count - 1], {
        what: `${count} messages "${event}" have come`,
      }) as Promise<Message>,
  };
}

/** How often the ledger was asked for a plan, from now on. */
function countLooks(planId: number) {
  const counter = { looks: 0 };
  replaceQuery(given.ledger, (query) => (text, values) => {
    if (labelOf(text) === 'plan_find' && values?.[0] === planId) counter.looks += 1;
    return query(text, values);
  });
  return counter;
}

describe('who listens to a plan', () => {
  test('gets all of it first, as a stream that no cache keeps', async () => {
    const plan = await newPlan(given.ledger);
    const stream = await listen(plan.id);
    const { id, data } = await stream.first('plan');
    expect(data).toMatchObject({ id: plan.id, state: 'running', requested: 10, pending: 10 });
    expect(Number(id)).toBeGreaterThan(1e12);
    expect(stream.messages[0]?.event).toBe('plan');
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });

  test('gets all of it, also when it comes while others are being told', async () => {
    const plan = await newPlan(given.ledger);
    const { promise: isThere, resolve: come } = Promise.withResolvers<void>();
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    // The first look waits here until another has come.
    replaceQuery(given.ledger, (query) => async (text, values) => {
      if (labelOf(text) === 'progress_read' && values?.[0] === plan.id) {
        come();
        await mayGoOn;
      }
      return query(text, values);
    });
    await listen(plan.id);
    await isThere;
    const other = await listen(plan.id);
    goOn();
    expect((await other.first('plan')).data).toMatchObject({ id: plan.id });
  });

  test('gets what happened in between when it comes back with the last id', async () => {
    const plan = await newPlan(given.ledger);
    const stream = await listen(plan.id);
    const { id } = await stream.first('plan');
    stream.hangUp();
    await steerPlan(given.ledger, plan.id, 'pause', { who: 'Grace' });
    await steerPlan(given.ledger, plan.id, 'resume', { who: 'Grace' });
    const back = await listen(plan.id, '', site, { 'last-event-id': id });
    await back.next('event', 2);
    expect(back.of('event').map(({ data }) => data.kind)).toEqual(['plan_paused', 'plan_resumed']);
    expect(back.of('event')[1]!.id).toMatch(/^\d+\.\d+$/);
  });

  test('hears when it changes, and not when it does not', async () => {
    const plan = await newPlan(given.ledger);
    const stream = await listen(plan.id);
    const { id: before } = await stream.first('plan');
    const counter = countLooks(plan.id);
    await until(() => counter.looks >= 3, { what: 'the plan was looked at again' });
    expect(stream.of('plan')).toHaveLength(1);
    await sendOne(given.ledger, plan, 'filled');
    const { id, data } = await stream.next('plan', 2);
    expect(data).toMatchObject({ bought: 10, pending: 0 });
    expect(Number(id)).toBeGreaterThan(Number(before));
  });

  test('hears of it at most twice a second', async () => {
    const plan = await newPlan(given.ledger);
    const stream = await listen(plan.id);
    const operations = ['pause', 'resume'] as const;
    let changes = 0;
    await until(
      async () => {
        await steerPlan(given.ledger, plan.id, operations[changes++ % 2]!, { who: 'Grace' });
        return stream.of('plan').length >= 4;
      },
      { what: 'it was told four times' },
    );
    expect(changes).toBeGreaterThan(4);
    // The server's own times: how close together they are read is the reader's affair.
    const times = stream.of('plan').map(({ id }) => Number(id));
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(490);
  });

  test('hears of the lines on its screen: first of all, then of those that changed', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 20, 30, 40) });
    const stream = await listen(plan.id, '?lines=3-4');
    const { data: all } = await stream.first('lines');
    expect(all).toMatchObject([
      { line: 3, pending: 20 },
      { line: 4, pending: 30 },
    ]);
    const [, second] = plan.orders;
    await sendOne(given.ledger, plan, 'filled', {}, second);
    const { data: changed } = await stream.next('lines', 2);
    expect(changed).toMatchObject([{ line: 3, bought: 20, pending: 0 }]);
  });

  test('hears what happens besides orders, from the event on that it saw last', async () => {
    const plan = await newPlan(given.ledger);
    const { json } = await ask(site, `/api/plans/${plan.id}`);
    const [started, submitted] = json.events;
    const fresh = await listen(plan.id);
    const late = await listen(plan.id, `?after=${submitted.id}`);
    expect((await late.first('event')).data).toMatchObject({
      id: started.id,
      kind: 'plan_started',
    });
    await fresh.first('plan');
    await steerPlan(given.ledger, plan.id, 'pause', { who: 'Grace', why: 'lunch' });
    await late.next('event', 2);
    for (const stream of [fresh, late]) {
      await until(() => stream.of('event').at(-1)?.data.kind === 'plan_paused', {
        what: 'the event has come',
      });
    }
    expect(fresh.of('event')).toHaveLength(1);
  });

  test('gets the newest moment of its course', async () => {
    const plan = await newPlan(given.ledger);
    await sendOne(given.ledger, plan, 'filled');
    await noteProgress(given.ledger, plan.account.id);
    const stream = await listen(plan.id);
    expect((await stream.first('bucket')).data).toMatchObject({
      orders: 1,
      bought: 10,
      missing: 0,
    });
  });
});

describe('the ledger', () => {
  test('is read once for all listeners of a plan, and not at all without any', async () => {
    const plan = await newPlan(given.ledger);
    const streams = [];
    for (let n = 0; n < 5; n += 1) streams.push(await listen(plan.id));
    for (const stream of streams) await stream.first('plan');
    const counter = countLooks(plan.id);
    const began = performance.now();
    await until(() => counter.looks >= 4, { what: 'it was looked at four times' });
    // One look in half a second; five of them would have been there in less than one.
    expect(performance.now() - began).toBeGreaterThan(1300);
    for (const stream of streams) stream.hangUp();
    // They are noticed to be gone; then two looks' time passes without one.
    await until(
      async () => {
        const { looks } = counter;
        await pause(1200);
        return counter.looks === looks;
      },
      { what: 'the reading has ended' },
    );
  });

  test('that cannot be read ends the stream, so that the listener asks again', async () => {
    const plan = await newPlan(given.ledger);
    const stream = await listen(plan.id);
    await stream.first('plan');
    replaceQuery(given.ledger, () => () => Promise.reject(new Error('away')));
    await stream.ended;
    expect((await ask(site, `/api/plans/${plan.id}/events`)).status).toBe(500);
  });
});

test('a server that closes ends its streams at once', async () => {
  const own = await openSite(given);
  const plan = await newPlan(given.ledger);
  await noteEvent(given.ledger, { kind: 'noted', who: 'Ada', planId: plan.id });
  const stream = await listen(plan.id, '', own);
  await stream.first('plan');
  await own.close();
  await stream.ended;
  // A listener that is still there after a few seconds is cut off.
  expect(stream.response.complete).toBe(true);
});
