/** The network between the workers and the vendor, as the schedule has it. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Cut, lastingProxy } from '../support/cutting-proxy.ts';
import { randomFrom } from '../support/random.ts';
import type { Schedule } from './schedule.ts';

export type Gateway = Awaited<ReturnType<typeof openGateway>>;

export async function openGateway(vendorUrl: string, { seed, number, cuts }: Schedule) {
  const random = randomFrom(Math.imul(seed, 0x27d4_eb2f) ^ number);
  const vendor = new URL(vendorUrl);
  let isCalm = false;

  function nextCut(): Cut | null {
    if (isCalm || random.below(1_000) >= cuts.share * 1_000) return null;
    return {
      towards: random.pick(['server', 'client']),
      after: 1 + random.below(cuts.longest),
      how: random.pick(['fin', 'rst', 'rst', 'stall']),
    };
  }

  const proxy = await lastingProxy(() => Number(vendor.port), nextCut);
  return {
    url: `http://127.0.0.1:${proxy.port}${vendor.pathname}`,
    /** Cuts what is open, and nobody listens for so long. */
    shut: (ms: number) => proxy.shutDuring(() => pause(ms)),
    /** From now on nothing is cut. */
    calm(): void {
      isCalm = true;
    },
    oldest: proxy.oldest,
    close: proxy.close,
  };
}
