import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { startCli } from '../support/cli.ts';
import { embeddedFolder } from '../support/temporary-folder.ts';
import { sandboxOf } from '../support/workplace.ts';

export type Program = {
  url: string;
  /** It buys from this. */
  sandbox: Sandbox;
};

/** `bulk-order up`: everything embedded, in a folder of its own, on a free port. */
export async function startUp(
  options: SandboxOptions = {},
  env: Record<string, string> = {},
): Promise<Program> {
  const sandbox = await sandboxOf(options);
  const child = startCli(['up'], {
    env: { DATA_DIR: embeddedFolder(), PORT: '0', DIALOGTECH_URL: sandbox.url, ...env },
  });
  const [, url] = await child.waitFor(/is at (http:\S+?),/);
  return { url: url!, sandbox };
}
