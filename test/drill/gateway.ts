/** The network between the workers and the vendor, as the schedule has it. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Cut, cuttingProxy } from '../support/cutting-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { randomFrom } from '../support/random.ts';
import { PATIENCE_MS, until } from '../support/until.ts';
import type { Schedule } from './schedule.ts';

export type Gateway = Awaited<ReturnType<typeof openGateway>>;

export async function openGateway(vendorUrl: string, { seed, number, cuts }: Schedule) {
  const random = randomFrom(Math.imul(seed, 0x27d4_eb2f) ^ number);
  const vendor = new URL(vendorUrl);
  let isCalm = false;
  const ownPort = await freePort();
  const open = () => cuttingProxy(Number(vendor.port), nextCut, ownPort);

  function nextCut(): Cut | null {
    if (isCalm || random.below(1_000) >= cuts.share * 1_000) return null;
    return {
      towards: random.pick(['server', 'client']),
      after: 1 + random.below(cuts.longest),
      how: random.pick(['fin', 'rst', 'rst', 'stall']),
    };
  }

  let proxy = await open();
  return {
    url: `http://127.0.0.1:${ownPort}${vendor.pathname}`,
    /** Cuts what is open, and nobody listens for so long. */
    async shut(ms: number): Promise<void> {
      await proxy[Symbol.asyncDispose]();
      await pause(ms);
      // Another process on this machine may have taken the port for a moment.
      proxy = await until(open, { what: `port ${ownPort} is free again`, withinMs: PATIENCE_MS });
    },
    /** From now on nothing is cut. */
    calm(): void {
      isCalm = true;
    },
    oldest: () => proxy.oldest(),
    close: () => proxy[Symbol.asyncDispose](),
  };
}
