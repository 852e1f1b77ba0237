/** What a worker does and costs once it is warm. */
import { setTimeout as pause } from 'node:timers/promises';
import { cpuOf, watchMachine } from './machine.ts';
import type { Vendor } from './sandbox.ts';

export type Steady = {
  ordersPerSecond: number;
  /** Of the worker's process, an order, µs. */
  cpuUs: number;
  /** Of the sandbox's, an order, µs. */
  vendorUs: number;
  /** The share of all processors' time in which they were not idle, 0 to 1. */
  busy: number;
};

const LOOK_MS = 20;
/** So long is waited for the warm-up, and so long is measured at most, however slow it is, ms. */
const LONGEST_MS = 20_000;

/** Begins after the warm-up, and lasts this many orders. */
export async function measureSteady(
  vendor: Vendor,
  pid: number,
  { warmUp, orders }: { warmUp: number; orders: number },
): Promise<Steady> {
  const begin = await whenArrived(vendor, warmUp, pid);
  const busySince = watchMachine();
  const end = await whenArrived(vendor, begin.arrived + orders, pid);
  const arrived = end.arrived - begin.arrived;
  return {
    ordersPerSecond: (1000 * arrived) / (end.at - begin.at),
    cpuUs: (end.cpuUs - begin.cpuUs) / arrived,
    vendorUs: (end.vendorUs - begin.vendorUs) / arrived,
    busy: busySince(),
  };
}

async function whenArrived(vendor: Vendor, wanted: number, pid: number) {
  const deadline = performance.now() + LONGEST_MS;
  while (true) {
    const arrived = await vendor.arrivals();
    const at = performance.now();
    if (arrived >= wanted || (arrived > 0 && at > deadline)) {
      return { arrived, at, cpuUs: cpuOf(pid), vendorUs: cpuOf(vendor.pid) };
    }
    if (at > deadline) throw new Error(`No order arrived within ${LONGEST_MS / 1000} s.`);
    await pause(LOOK_MS);
  }
}
