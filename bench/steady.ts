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
  const look = async (wanted: number) => ({
    ...(await whenArrived(vendor, wanted)),
    ...{ cpuUs: cpuOf(pid), vendorUs: cpuOf(vendor.pid) },
  });
  const begin = await look(warmUp);
  const busySince = watchMachine();
  const end = await look(begin.arrived + orders);
  const arrived = end.arrived - begin.arrived;
  return {
    ordersPerSecond: (1000 * arrived) / (end.at - begin.at),
    cpuUs: (end.cpuUs - begin.cpuUs) / arrived,
    vendorUs: (end.vendorUs - begin.vendorUs) / arrived,
    busy: busySince(),
  };
}

/**
 * Waits until as many orders have arrived at the vendor, for 20 s at most. Throws when none has
 * arrived by then.
 */
export async function whenArrived(
  vendor: Vendor,
  wanted: number,
): Promise<{ arrived: number; at: number }> {
  const deadline = performance.now() + LONGEST_MS;
  while (true) {
    const arrived = await vendor.arrivals();
    const at = performance.now();
    if (arrived >= wanted || (arrived > 0 && at > deadline)) return { arrived, at };
    if (at > deadline) throw new Error(`No order arrived within ${LONGEST_MS / 1000} s.`);
    await pause(LOOK_MS);
  }
}
