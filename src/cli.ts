import { runCommandLine } from './command-line.ts';

// Files hold plans and numbers: only their owner may read them.
process.umask(0o077);

// Reports of Node hold the environment, and so the keys. In one that Node writes when it runs out
// of memory, only Node's own --report-exclude-env counts (measured): without that there is none.
process.report.reportOnFatalError &&= process.report.excludeEnv;
process.report.excludeEnv = true;

await runCommandLine();
process.exit();
