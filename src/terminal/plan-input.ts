import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { typedIn } from './screen.ts';

/** Far more than any plan that may be stored; whatever does not end must not fill the disk. */
const INPUT_MAX = 1e9;

/** A plan as a command names it; `name` is for people. */
export type PlanInput = AsyncDisposable & { path: string; name: string };

/**
 * The file of that path, or what comes on standard input for `-`. A plan is read twice, so the
 * latter is stored for as long as it is used. Throws AppError `no_file` or `too_large`.
 */
export async function openInput(path: string): Promise<PlanInput> {
  if (path !== '-') return { path, name: path, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'bulk-order-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const stored = join(folder, 'standard-input.csv');
  try {
    await pipeline(typedIn(), limited, createWriteStream(stored, { flags: 'wx', mode: 0o600 }));
  } catch (cause) {
    await remove();
    if (cause instanceof AppError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const message = `Standard input cannot be read or stored (${code ?? 'unknown error'}).`;
    throw new AppError('no_file', message, {}, { cause });
  }
  return { path: stored, name: 'standard input', [Symbol.asyncDispose]: remove };
}

async function* limited(from: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of from) {
    bytes += chunk.length;
    if (bytes > INPUT_MAX) {
      const message = 'Standard input is larger than 1 GB, or never ends. Divide the plan.';
      throw new AppError('too_large', message, { limit: INPUT_MAX });
    }
    yield chunk;
  }
}
