/**
 * Loaded into a worker: the moment of each order, just before its request is written to the socket,
 * ms since 1970 with fractions. Half a microsecond an order (measured), and kept in memory for a
 * quarter of a second, so that no write to a file comes between an order and its moment.
 *
 * Not by undici's channels: the program sends nothing while somebody listens to them.
 */
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

const FLUSH_MS = 250;
const path = process.env.BENCH_SENDS ?? '/dev/null';
let moments: number[] = [];

const { write } = Socket.prototype;
Socket.prototype.write = function (this: Socket, ...given: unknown[]) {
  const [data] = given;
  if (typeof data === 'string' && data.startsWith('GET ') && data.includes('action=numbers.order'))
    moments.push(performance.timeOrigin + performance.now());
  return (write as (...given: unknown[]) => boolean).apply(this, given);
} as typeof write;

function flush(): void {
  if (moments.length > 0) appendFileSync(path, `${moments.join('\n')}\n`);
  moments = [];
}

setInterval(flush, FLUSH_MS).unref();
process.once('exit', flush);
