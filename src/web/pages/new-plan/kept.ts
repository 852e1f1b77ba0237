import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../errors.ts';
import { annotatePlan } from '../../../plan/index.ts';
import type { Asked, WebContext } from '../../context.ts';
import { accountMeant, areaCodesFor, inTurn } from '../../submission.ts';
import { findUpload, type Upload } from '../../uploads.ts';
import { inPath } from '../page-routes.ts';

/** An upload that waits for another press. Throws AppError `not_found` when it is gone. */
export async function findKept({ request, context }: Asked, name: string): Promise<Upload> {
  const token = inPath(request, 'token');
  const path = await findUpload(context, token);
  if (path === null) {
    throw new AppError(
      'not_found',
      'This upload is no longer here: uploads are kept for an hour. Choose the file again.',
    );
  }
  const { size: bytes } = await stat(path);
  return { token, path, bytes, name, fields: {}, discard: () => rm(path, { force: true }) };
}

/**
 * The plan at `path` with a column of its errors, by the rules of that account, as it was checked.
 * Removed from the disk when it has been read. Throws AppError `busy`.
 */
export async function annotatedFile(
  context: WebContext,
  path: string,
  account: string,
): Promise<ReadStream> {
  // Named like an upload: after a crash, the sweep of old uploads removes it, or its first half.
  const out = join(context.uploadsFolder, `${randomBytes(16).toString('hex')}.csv`);
  const areaCodes = await areaCodesFor(context, await accountMeant(context, account));
  await inTurn(() => annotatePlan(path, out, { areaCodes }));
  const file = createReadStream(out);
  file.once('close', () => void rm(out, { force: true }));
  return file;
}
