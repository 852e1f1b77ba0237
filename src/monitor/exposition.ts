import { readFacts } from './facts.ts';
import type { Meters } from './meters.ts';
import type { Monitored } from './serving.ts';

/** What Prometheus scrapes, in its text format: this process' counters, and the facts. */
export async function exposition(watched: Monitored, meters: Meters) {
  const facts = await readFacts(watched, meters);
  const text = `${await facts.metrics()}\n${await meters.registry.metrics()}`;
  return { type: meters.registry.contentType, text };
}
