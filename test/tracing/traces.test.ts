import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { placeOrder } from '../../jobs/place-order.ts';
import { orderId } from '../../src/ledger/index.ts';
import { openTraces, type Traces } from '../../src/tracing/index.ts';
import { placingFor, vendorAt } from '../jobs/rig.ts';
import { startNode } from '../support/child.ts';
import { recordingLog, silentLog } from '../support/recording-log.ts';
import { enter } from '../support/sending.ts';
import { EMBEDDED } from '../support/storage.ts';
import { sandboxOf, shopsIn, startCsv, untilEnded, workerOf } from '../support/workplace.ts';
import { leadsTo, press, upload } from '../web/pages-forms.ts';
import { newCsv, openSite, post, send } from '../web/site.ts';
import { factsOf, openCollector, topOf, treeOf } from './collector.ts';

const shops = shopsIn(EMBEDDED.makeStorage);

async function tracesTo(url: string, service: string, log = silentLog): Promise<Traces> {
  const traces = await openTraces({ endpoint: url, headers: {}, service }, log);
  if (!traces) throw new Error('The address was refused.');
  return traces;
}

async function tracedWeb() {
  const collector = await openCollector();
  const sandbox = await sandboxOf();
  const shop = await shops.open(sandbox);
  const traces = await tracesTo(collector.url, 'web');
  return { collector, sandbox, shop, traces, web: await openSite(shop, { traces }) };
}

const ORDER = ['place order', ['claim order'], ['call vendor'], ['record answer']];

test('one trace leads from the upload in the web to each record in the worker', async () => {
  const collector = await openCollector();
  const sandbox = await sandboxOf({ stock: { '907': 12 } });
  const shop = await shops.open(sandbox);
  const [webTraces, workTraces] = [
    await tracesTo(collector.url, 'web'),
    await tracesTo(collector.url, 'worker'),
  ];
  const web = await openSite(shop, { traces: webTraces });
  const sender = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
  const { json: plan } = await send(
    web,
    `/api/plans?account=${shop.account.name}`,
    newCsv('212,30\n907,25'),
    { traceparent: `00-${sender.trace}-${sender.span}-01` },
  );
  await post(web, `/api/plans/${plan.id}/start`);
  const worker = await workerOf(shop, { traces: workTraces, concurrency: 1 });
  worker.start();
  await untilEnded(shop.ledger, plan.id);
  await worker.stop();
  await Promise.all([webTraces.close(), workTraces.close()]);

  const spans = collector.spans();
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([sender.trace]));
  const top = topOf(spans);
  expect(top.parentSpanId).toBe(sender.span);
  expect(treeOf(spans, top)).toEqual([
    'upload plan',
    ['check plan'],
    ['store plan'],
    ['start plan'],
    ORDER,
    ORDER,
    ORDER,
  ]);
  const of = (name: string) => spans.filter((span) => span.name === name);
  expect(of('start plan')[0]?.service).toBe('web');
  expect(of('record answer').map(({ service }) => service)).toEqual(Array(3).fill('worker'));
  expect(of('place order').map(factsOf)).toEqual([
    { plan: plan.id, order: 1, attempt: 1, type: 'local', quantity: 25, ...ended('filled') },
    { plan: plan.id, order: 2, attempt: 1, type: 'local', quantity: 5, ...ended('filled') },
    { plan: plan.id, order: 3, attempt: 1, type: 'local', quantity: 25, ...ended('short') },
  ]);
  expect(of('call vendor').map(factsOf)).toEqual(
    ['filled', 'filled', 'short'].map((outcome) => ({
      outcome,
      'http.response.status_code': 200,
    })),
  );
  expect(of('record answer').map(factsOf)).toEqual([25, 5, 12].map((bought) => ({ bought })));
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
  }
  // No number and no address is in a trace.
  const told = spans.map((span) => JSON.stringify(factsOf(span))).join('\n');
  expect(told).not.toMatch(/\d{10}|:\/\/|127\.0\.0\.1/);
});

const ended = (state: string) => ({ outcome: state, state });

test('a plan that is uploaded and started on the page is one trace too', async () => {
  const { collector, shop, traces, web } = await tracedWeb();
  const { name: account, rate } = shop.account;
  const stored = await upload(web, { name: 'plan.csv', csv: newCsv(), account });
  const started = await press(web, `${stored.headers.location}/start`, { rate: `${rate}` });
  expect(leadsTo(started)).toBe(`303 ${stored.headers.location}?said=started`);
  await traces.close();
  const spans = collector.spans();
  expect(treeOf(spans, topOf(spans))).toEqual([
    'upload plan',
    ['check plan'],
    ['store plan'],
    ['start plan'],
  ]);
});

test('a plan with faults is a trace with the code of the error, and no more', async () => {
  const { collector, shop, traces, web } = await tracedWeb();
  const path = `/api/plans?account=${shop.account.name}`;
  expect((await send(web, path, 'area_code,quantity\n2125550123,5\n')).status).toBe(422);
  await traces.close();
  const spans = collector.spans();
  expect(spans.map(({ name }) => name)).toEqual(['upload plan', 'check plan']);
  const top = topOf(spans);
  expect(factsOf(top)).toEqual({ 'error.type': 'bad_plan' });
  expect(top.status).toEqual({ code: 2 });
  expect(collector.text()).not.toContain('2125550123');
});

test('each order after the first thousand has its own trace, linked to the upload', async () => {
  const { collector, sandbox, shop, traces, web } = await tracedWeb();
  const path = `/api/plans?account=${shop.account.name}`;
  const { json: plan } = await send(web, path, newCsv('212,25025'));
  await post(web, `/api/plans/${plan.id}/start`);
  for (const ordinal of [1000, 1001]) {
    const placing = placingFor({ ...shop, vendor: vendorAt(sandbox.url) }, { traces });
    await enter(shop.ledger, [orderId(plan.id, ordinal)]);
    await placeOrder(orderId(plan.id, ordinal), placing);
  }
  await traces.close();
  const spans = collector.spans();
  const top = spans.find(({ name }) => name === 'upload plan')!;
  const placed = spans.filter(({ name }) => name === 'place order');
  const [last, first] = [1000, 1001].map((n) => placed.find((span) => factsOf(span).order === n));
  expect(last).toMatchObject({ traceId: top.traceId, parentSpanId: top.spanId, links: [] });
  expect(first?.traceId).not.toBe(top.traceId);
  expect(first?.links).toMatchObject([{ traceId: top.traceId, spanId: top.spanId }]);
  expect(treeOf(spans, first!)).toEqual(ORDER);
});

test('without a collector nothing of the SDK is loaded', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
    const { openTraces } = await import('./src/tracing/index.ts');
    await import('./src/commands/up.ts');
    await import('./src/web/index.ts');
    // Prometheus' client loads the API, which does nothing without an SDK.
    const loaded = () => urls.filter((url) => /@opentelemetry.(?!api.)/.test(url)).length;
    await openTraces(null);
    const before = loaded();
    await openTraces({ endpoint: 'http://127.0.0.1:9', headers: {}, service: '' });
    console.log(before, loaded() > 0);`;
  const cwd = resolve(import.meta.dirname, '../..');
  const child = startNode(['--input-type=module', '--eval', script], { cwd });
  expect(await child.exited).toMatchObject({ code: 0, stdout: '0 true\n' });
});

test('a collector that is away is a warning: orders go on, closing does not wait', async () => {
  const collector = await openCollector();
  await collector.close();
  const { log, lines } = recordingLog();
  const shop = await shops.open(await sandboxOf());
  const traces = await tracesTo(`${collector.url}/hush-hush`, 'worker', log);
  const worker = await workerOf(shop, { traces });
  worker.start();
  const plan = await untilEnded(shop.ledger, await startCsv(shop, newCsv('212,50')));
  expect(plan).toMatchObject({ state: 'finished', bought: 50, unknown: 0 });
  await worker.stop();
  const before = performance.now();
  await traces.close();
  // The SDK alone would take 30 s.
  expect(performance.now() - before).toBeLessThan(25_000);
  expect(lines).not.toEqual([]);
  expect(lines.every(({ level }) => level === 40)).toBe(true);
  expect(JSON.stringify(lines)).not.toContain('hush-hush');
});

test.each(['localhost:4318', 'collector', 'http://', 'ftp://hush-hush@127.0.0.1', ''])(
  'the address %j is a warning that does not repeat it, and there are no traces',
  async (endpoint) => {
    const { log, lines } = recordingLog();
    expect(await openTraces({ endpoint, headers: {}, service: 'x' }, log)).toBeUndefined();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        msg: expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https address/),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('hush-hush');
  },
);
