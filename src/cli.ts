import { runCommandLine } from './command-line.ts';

// Files hold plans and numbers: only their owner may read them.
process.umask(0o077);

await runCommandLine();
process.exit();
