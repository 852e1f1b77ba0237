import { expect, test } from 'vitest';
import { keepSecret } from '../../src/scrub.ts';
import { read } from './environment.ts';

test('without a collector’s address there are no traces, whatever else is set', async () => {
  const { traces } = await read({ OTEL_SERVICE_NAME: 'buyer', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' });
  expect(traces).toBeNull();
});

test('headers are read in OpenTelemetry’s form; what is not of that form is left out', async () => {
  const { traces } = await read({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-tenant = 7 ,nonsense,=x,y=50%',
  });
  expect(traces).toEqual({
    endpoint: 'http://127.0.0.1:4318',
    headers: { authorization: 'Bearer a=b', 'x-tenant': '7', y: '50%' },
    service: 'bulk-order',
  });
});

test('an address that is none is no fault', async () => {
  for (const endpoint of ['collector', 'http://ada:50%@127.0.0.1']) {
    expect((await read({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).traces?.endpoint).toBe(endpoint);
  }
});

test('header values and the address’s password are secrets, whatever precedes them', async () => {
  const { secrets } = await read({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://ada:p%40ssword@collector.example',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hush-hush,x-tenant=7',
  });
  const { scrub } = keepSecret(secrets);
  const words = scrub('hush-hush, Bearer hush-hush, p@ssword, p%40ssword, tenant 7');
  expect(words).not.toMatch(/hush|ssword/);
  expect(words).toContain('tenant 7');
});
