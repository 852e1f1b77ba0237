/** Asks a Redis all the time whether it is there, and tells the longest that it was waited for. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Between two questions, and between two lines, ms. */
const ASK_MS = 2;
const TELL_MS = 100;

const redis = new Redis(process.argv[2] ?? '');
let longest = 0;
setInterval(() => {
  process.stdout.write(`${JSON.stringify({ at: Date.now(), longest })}\n`);
  longest = 0;
}, TELL_MS);
while (true) {
  const from = performance.now();
  await redis.ping();
  longest = Math.max(longest, performance.now() - from);
  await pause(ASK_MS);
}
