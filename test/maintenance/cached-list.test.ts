/**
 * A cache before the vendor, as RFC 9111 says: it answers with the list that it has stored, and
 * says by `age` how old that is. When the request says `no-cache`, it asks the vendor.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { reconcile, takeBaseline } from '../../src/maintenance/reconcile.ts';
import { openRig, vendorAt } from '../jobs/rig.ts';
import { httpHere, sendOn } from '../support/http-here.ts';
import { line } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';

const rig = openRig();

type Cache = { heedsNoCache: boolean };

async function cacheBefore(origin: string, { heedsNoCache }: Cache) {
  let stored: { list: Buffer; at: number } | undefined;
  let now = 0;
  const { url } = await httpHere(async (request, response) => {
    const isList = request.url!.includes('action=routing.numbers');
    const mustAsk = heedsNoCache && request.headers['cache-control'] === 'no-cache';
    if (isList && stored && !mustAsk) {
      const age = `${now - stored.at}`;
      response.writeHead(200, { 'content-type': 'text/xml', age }).end(stored.list);
      return;
    }
    const asked = once(sendOn(origin, request), 'response');
    const [answer] = (await asked.catch(() => [])) as [IncomingMessage?];
    const body = await answer?.toArray().catch(() => null);
    if (!answer || !body) {
      response.destroy();
      return;
    }
    if (isList) stored = { list: Buffer.concat(body), at: now };
    response.writeHead(answer.statusCode!, { 'content-type': 'text/xml' });
    response.end(Buffer.concat(body));
  });
  return {
    url,
    passTime(seconds: number) {
      now += seconds;
    },
  };
}

test.each([
  ['is asked anew', { heedsNoCache: true }, 'filled'],
  ['is no evidence when it has an age', { heedsNoCache: false }, 'unknown'],
])('a list that a cache has stored %s', async (_what, kind, state) => {
  const { ledger, sandbox } = rig;
  const cache = await cacheBefore(sandbox.url, kind);
  const vendor = vendorAt(cache.url);
  const before = await rig.newPlan({ lines: [line({ areaCode: '312', quantity: 4 })] });
  const { account } = before;
  const plan = await rig.newPlan({ account, lines: [line({ areaCode: '415', quantity: 4 })] });
  const place = {
    ...{ ledger, vendor, account, log: silentLog },
    ...{ listLagMs: 60_000, mode: 'auto' as const },
  };
  const id = plan.orders[0]!;
  // So that the account owns something before.
  await rig.place(before, before.orders[0]!);
  await takeBaseline(place);
  rig.arrivals();
  sandbox.next('cut_after');
  await rig.place(plan, id, { vendor });
  expect(rig.arrivals().flatMap(({ sold }) => sold)).toHaveLength(4);
  expect(await rig.orderRow(id)).toMatchObject({ state: 'unknown' });
  await rig.passTime(account, 600_000);
  cache.passTime(600);
  await reconcile(place).catch(() => {});
  expect(await rig.orderRow(id)).toMatchObject({ state });
});
