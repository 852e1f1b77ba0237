import { describe, expect, test } from 'vitest';
import { scrape } from '../monitor/scrape.ts';
import type { Child } from '../support/child.ts';
import { describeWithPostgres, freshDatabase } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { openShell, openShellWithVendor, openVendor, planOf, quickLedger } from './shell.ts';

/** Their address, from the log. */
async function probesOf(process: Child): Promise<string> {
  const [, url] = await process.waitFor(/"url":"([^"]+)","msg":"probes are answered"/);
  return url!;
}

const jsonOf = async (url: string) => (await fetch(url)).json();

describeWithPostgres('with HEALTH_PORT', () => {
  test('a worker says that it is alive and ready, and what it bought', async () => {
    const DATABASE_URL = (await freshDatabase()).url;
    const { shell } = await openShellWithVendor({ DATABASE_URL, HEALTH_PORT: '0' });
    const work = shell.start(['work']);
    const url = await probesOf(work);
    expect(await jsonOf(`${url}/healthz`)).toEqual({ alive: true });
    expect(await jsonOf(`${url}/readyz`)).toEqual({ ready: true });
    await shell.run(['submit', shell.file('plan.csv', planOf(3, 4)), '--start']);
    const labels = { account: 'sandbox', type: 'local' };
    await until(
      async () => (await scrape(url)).value('bulk_order_numbers_bought_total', labels) === 7,
      { what: 'seven numbers are counted' },
    );
    work.kill();
    expect((await work.exited).code).toBe(0);
  });

  test('the web answers there without a password, and on its own port with one', async () => {
    const shell = openShell({
      DATABASE_URL: (await freshDatabase()).url,
      HEALTH_PORT: '0',
      PORT: '0',
      LOG_LEVEL: 'info',
      WEB_USER: 'ops',
      WEB_PASSWORD: 'let me in',
    });
    const serve = shell.start(['serve']);
    const url = await probesOf(serve);
    expect(await jsonOf(`${url}/readyz`)).toEqual({ ready: true });
    expect((await scrape(url)).value('bulk_order_ledger_up')).toBe(1);
    const [, web] = await serve.waitFor(/serves (http:\S+)\. /);
    await expect(scrape(web!)).rejects.toThrow('401');
    const authorization = `Basic ${Buffer.from('ops:let me in').toString('base64')}`;
    const { value } = await scrape(web!, { authorization });
    expect(value('bulk_order_pace_orders_per_second', { account: 'sandbox' })).toBe(100);
    serve.kill();
    expect((await serve.exited).code).toBe(0);
  });
});

describe('a HEALTH_PORT that is taken', () => {
  test('is an error, and nothing starts', async () => {
    const shell = openShell(await quickLedger());
    const vendor = await openVendor();
    const { code, stderr } = await shell.run(['work'], { HEALTH_PORT: new URL(vendor.url).port });
    expect(code).toBe(1);
    expect(stderr).toMatch(/The probes cannot listen on 127\.0\.0\.1, port \d+: another program/);
  });
});
