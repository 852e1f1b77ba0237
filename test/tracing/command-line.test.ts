import { expect, test } from 'vitest';
import { LIVE_KEYS, openShellWithVendor, planOf } from '../commands/shell.ts';
import { factsOf, openCollector, topOf, treeOf } from './collector.ts';

test('two commands, one submits and one works, make one trace without a secret', async () => {
  const collector = await openCollector();
  const { shell } = await openShellWithVendor({ ...LIVE_KEYS, LOG_LEVEL: 'debug' });
  // From a file, as well as from the environment.
  shell.file(
    '.env',
    `OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url}/\n` +
      'OTEL_EXPORTER_OTLP_HEADERS=x-token=Bearer%20hush-hush\n',
  );
  shell.file('plan.csv', planOf(30));
  const submitted = await shell.run(['submit', 'plan.csv', '--start', '--yes']);
  expect(submitted).toMatchObject({ code: 0, stderr: '' });
  expect(collector.headers()['x-token']).toBe('Bearer hush-hush');
  expect(collector.spans()).toHaveLength(4);

  const worked = await shell.run(['watch', '1', '--work'], { OTEL_SERVICE_NAME: 'buyer' });
  expect(worked.code).toBe(0);
  const spans = collector.spans();
  expect(treeOf(spans, topOf(spans))).toEqual([
    'submit plan',
    ['check plan'],
    ['store plan'],
    ['start plan'],
    ['place order', ['claim order'], ['call vendor'], ['record answer']],
    ['place order', ['claim order'], ['call vendor'], ['record answer']],
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['bulk-order', 'buyer']));
  const told = JSON.stringify(spans.map((span) => factsOf(span)));
  const { DIALOGTECH_ACCESS_KEY: key, DIALOGTECH_SECRET_ACCESS_KEY: secret } = LIVE_KEYS;
  expect(told).not.toMatch(new RegExp(`\\d{10}|://|127\\.0\\.0\\.1|"${key}"|${secret}|hush`));
  expect(submitted.stdout + worked.stdout + worked.stderr).not.toMatch(/hush-hush|sesame/);
});

test('without a collector an order is placed, with a warning and no secret', async () => {
  const collector = await openCollector();
  await collector.close();
  const { shell, vendor } = await openShellWithVendor();
  shell.file('plan.csv', planOf(30));
  for (const endpoint of ['hush-hush:4318', `${collector.url}/hush-hush`]) {
    const { code, stderr } = await shell.run(['order', 'plan.csv', '--again'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hush-hush',
    });
    expect(code).toBe(0);
    const warnings = stderr.split('\n').filter((line) => line.includes('"level":40'));
    // Where it is slow, one says that the last traces came too late.
    expect(warnings.length, stderr).toBeGreaterThan(0);
    for (const warning of warnings) expect(warning).toMatch(/"msg":"(?:The collector|OTEL_)/);
    expect(stderr).not.toContain('hush-hush');
  }
  expect(vendor.books().requests).toHaveLength(4);
});
