import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { standardInput } from './screen.ts';

/** Bytes; more than any plan may have. Endless input must not fill the disk. */
const INPUT_MAX = 1e9;

/** A plan's file; `name` is for people. */
export type PlanInput = AsyncDisposable & { path: string; name: string };

/**
 * The file at that path, or standard input for `-`. A plan is read twice, so standard input is
 * stored until the result is disposed. Throws AppError `no_file` or `too_large`.
 */
export async function openInput(path: string): Promise<PlanInput> {
  if (path !== '-') return { path, name: path, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'bulk-order-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const stored = join(folder, 'standard-input.csv');
  try {
    await pipeline(
      standardInput(),
      limited,
      createWriteStream(stored, { flags: 'wx', mode: 0o600 }),
    );
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
      const message = 'Standard input is larger than 1 GB, or never ends. Split the plan.';
      throw new AppError('too_large', message, { limit: INPUT_MAX });
    }
    yield chunk;
  }
}
