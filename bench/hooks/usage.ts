/** Loaded into a program under test: as it ends, it writes down what it has cost. */
import { writeFileSync } from 'node:fs';

process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuUs: userCPUTime + systemCPUTime, peakBytes: maxRSS * 1024 };
  writeFileSync(process.env.BENCH_USAGE ?? '/dev/null', JSON.stringify(usage));
});
