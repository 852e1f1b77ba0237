import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { cachedLookup, type Resolve } from '../../src/vendor/wire/dns-cache.ts';

const HOME: LookupAddress[] = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
];

/** A lookup with a clock, and a resolver that can fail. */
function scripted() {
  const world = { nowMs: 0, asked: 0, failing: false, addresses: HOME };
  const resolve: Resolve = async () => {
    world.asked += 1;
    if (world.failing) throw Object.assign(new Error('down'), { code: 'EAI_AGAIN' });
    return world.addresses;
  };
  const lookup = cachedLookup(resolve, () => world.nowMs);
  const all = (hostname = 'vendor.test') =>
    new Promise((found, failed) =>
      lookup(hostname, { all: true }, (error, addresses) =>
        error ? failed(error) : found(addresses),
      ),
    );
  return { world, lookup, all };
}

describe('a cached lookup', () => {
  it('asks once for many lookups at once, and once in 30 seconds', async () => {
    const { world, all } = scripted();
    expect(await Promise.all([all(), all(), all()])).toEqual([HOME, HOME, HOME]);
    world.nowMs = 29_999;
    await all();
    expect(world.asked).toBe(1);
    world.nowMs = 30_000;
    await all();
    expect(world.asked).toBe(2);
  });

  it('asks for each name', async () => {
    const { world, all } = scripted();
    await Promise.all([all('a.test'), all('b.test')]);
    expect(world.asked).toBe(2);
  });

  it('uses the last known addresses while the resolver fails, and asks again', async () => {
    const { world, all } = scripted();
    await all();
    world.nowMs = 60_000;
    world.failing = true;
    expect(await all()).toEqual(HOME);
    world.failing = false;
    world.addresses = HOME.slice(1);
    expect(await all()).toEqual(HOME.slice(1));
    expect(world.asked).toBe(3);
  });

  it('fails when nothing is known, and asks again the next time', async () => {
    const { world, all } = scripted();
    world.failing = true;
    await expect(all()).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    world.failing = false;
    expect(await all()).toEqual(HOME);
  });

  it('gives the first address to a caller that wants one', async () => {
    const { lookup } = scripted();
    const one = await new Promise((found) =>
      lookup('vendor.test', {}, (_error, address, family) => found({ address, family })),
    );
    expect(one).toEqual(HOME[0]);
  });
});
