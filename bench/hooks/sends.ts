/**
 * Loaded into a worker: the moment of each order, just before its request is written to the socket,
 * ms since 1970 with fractions. Half a microsecond an order (measured), and kept in memory for a
 * quarter of a second, so that no write to a file comes between an order and its moment.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const FLUSH_MS = 250;
const path = process.env.BENCH_SENDS ?? '/dev/null';
let moments: number[] = [];

subscribe('undici:client:sendHeaders', (message) => {
  const { request } = message as { request: { path: string } };
  if (!request.path.includes('action=numbers.order')) return;
  moments.push(performance.timeOrigin + performance.now());
});

function flush(): void {
  if (moments.length > 0) appendFileSync(path, `${moments.join('\n')}\n`);
  moments = [];
}

setInterval(flush, FLUSH_MS).unref();
process.once('exit', flush);
