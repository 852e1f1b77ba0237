import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, usageError } from '../errors.ts';
import { fileInTheWay, makeFolder } from '../folders/index.ts';
import type { WebContext } from './context.ts';
import { requireStorable } from './storable.ts';

/** An uploaded file on our disk. It stays until it is discarded, or for an hour. */
export type Upload = {
  /** 32 random hex digits, by which it is found again. */
  token: string;
  path: string;
  bytes: number;
  /** The sender's name of it, only to be shown; '' without one. */
  name: string;
  /** The other fields of a form. */
  fields: Record<string, string>;
  discard(): Promise<void>;
};

/** Content types of a CSV. Windows sends Excel's type for one. */
const CSV_TYPES = [
  'text/csv',
  'application/csv',
  'text/plain',
  'application/octet-stream',
  'application/vnd.ms-excel',
];

const KEPT_MS = 3_600_000;
const MOST_KEPT = 100;
/** The most bytes of a form besides its file. */
const FORM_BYTES = 64 * 1024;

declare module 'fastify' {
  interface FastifyInstance {
    /** The most bytes that a plan may have. */
    uploadBytes: number;
  }
}

/** Lets the routes of this scope take plans; bodies stay unread. */
export async function acceptUploads(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    // Otherwise it cuts a name at any slash.
    preservePath: true,
    limits: {
      files: 1,
      fileSize: app.uploadBytes + 1,
      fields: 20,
      fieldSize: FORM_BYTES,
      parts: 21,
      headerPairs: 100,
    },
  });
  // Any other content type is refused.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser(CSV_TYPES, (_request, body, done) => done(null, body));
}

/**
 * Streams a plan to a file: the body itself, or the one file of a form. Throws AppErrors
 * `too_large`, `invalid_usage` when there is no file, and `bad_config` without a folder for it.
 */
export async function receivePlan(request: FastifyRequest, context: WebContext): Promise<Upload> {
  const limit = request.server.uploadBytes;
  if (Number(request.headers['content-length'] ?? 0) > limit + FORM_BYTES) throw tooLarge(limit);
  await makeFolder(context.uploadsFolder, 0o700).catch((error) => {
    throw notWritable(context.uploadsFolder, error);
  });
  await removeOldUploads(context);
  const token = randomBytes(16).toString('hex');
  const path = pathOf(context, token);
  const discard = () => rm(path, { force: true });
  try {
    const { name, fields, bytes } = request.isMultipart()
      ? await receiveForm(request, path, limit)
      : { name: '', fields: {}, bytes: await save(bodyOf(request), path, limit) };
    return { token, path, bytes, name, fields, discard };
  } catch (error) {
    await discard();
    if (isOurs(error)) throw error;
    context.log.info({ err: error }, 'an upload broke off');
    throw brokenOff(error as Error);
  }
}

/** An error with a message for the sender, or one of our disk. */
function isOurs(error: unknown): boolean {
  return (
    error instanceof AppError || 'statusCode' in (error as object) || 'syscall' in (error as object)
  );
}

function brokenOff(cause: Error): AppError {
  return new AppError(
    'invalid_usage',
    'The upload broke off before its end, or its form cannot be read. ' +
      'Nothing was stored. Send it again.',
    {},
    { cause },
  );
}

export async function withPlan<T>(
  request: FastifyRequest,
  context: WebContext,
  use: (upload: Upload) => Promise<T>,
): Promise<T> {
  const upload = await receivePlan(request, context);
  try {
    return await use(upload);
  } finally {
    await upload.discard();
  }
}

export async function findUpload(context: WebContext, token: string): Promise<string | null> {
  // Only a token makes a path, so a request cannot name another file.
  if (!/^[0-9a-f]{32}$/.test(token)) return null;
  const file = await stat(pathOf(context, token)).catch(() => null);
  return file?.isFile() ? pathOf(context, token) : null;
}

/**
 * Removes uploads older than an hour, also those of a process that was killed, and all but the
 * newest 100. Plans with errors are kept to be corrected, and must not fill the disk.
 */
export async function removeOldUploads({ uploadsFolder }: WebContext): Promise<void> {
  const names = (await readdir(uploadsFolder).catch(() => [])).filter((name) =>
    /^[0-9a-f]{32}\.csv(\.[0-9a-f]{8}\.part)?$/.test(name),
  );
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(uploadsFolder, name);
      const file = await stat(path).catch(() => null);
      return { path, at: file?.mtimeMs ?? 0 };
    }),
  );
  const newestFirst = found.sort((a, b) => b.at - a.at);
  for (const [place, { path, at }] of newestFirst.entries()) {
    if (place < MOST_KEPT && Date.now() - at <= KEPT_MS) continue;
    // One that cannot be removed is tried again the next time.
    await rm(path, { force: true }).catch(() => {});
  }
}

function pathOf({ uploadsFolder }: WebContext, token: string): string {
  return join(uploadsFolder, `${token}.csv`);
}

function bodyOf({ body }: FastifyRequest): Readable {
  if (body !== null && typeof body === 'object' && 'pipe' in body) return body as Readable;
  throw usageError(
    'There is no plan in the request. Send the CSV as the body, with the content type ' +
      'text/csv, or as the file of a form.',
  );
}

async function receiveForm(request: FastifyRequest, path: string, limit: number) {
  const fields: Record<string, string> = {};
  let file: { name: string; bytes: number } | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'field') fields[part.fieldname] = String(part.value ?? '');
    else file = { name: baseName(part.filename ?? ''), bytes: await save(part.file, path, limit) };
  }
  requireStorable(fields);
  if (file) return { ...file, fields };
  throw usageError('There is no file in the form. Choose a CSV file and send it.');
}

/**
 * A file's name without the sender's folder, which some programs send along. A slash in the middle
 * of other text belongs to the name: `<script>alert(1)</script>` has no folder.
 */
function baseName(file: string): string {
  const isPath = /^(?:[a-z]:)?[/\\]|^[\w .-]+[/\\]/i.test(file);
  const name = isPath ? (file.split(/[/\\]/).at(-1) ?? '') : file;
  // Browsers escape these, because the name stands in quotes.
  return name.replace(/%22/g, '"').replace(/%0[da]/gi, ' ');
}

async function save(from: Readable, path: string, limit: number): Promise<number> {
  let bytes = 0;
  async function* limited() {
    // Destroying the stream would cut the connection, which the answer needs.
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(limit);
      yield chunk;
    }
  }
  await pipeline(limited, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return bytes;
}

function notWritable(folder: string, cause: NodeJS.ErrnoException): AppError {
  const message =
    `Uploads cannot be written to ${folder} (${cause.code})${fileInTheWay(cause)}. ` +
    'Set DATA_DIR of the server to a folder that it may write.';
  return new AppError('bad_config', message, { folder }, { cause });
}

function tooLarge(limit: number): AppError {
  const most = limit >= 1e6 ? `${Math.floor(limit / 1e6)} MB` : `${limit} bytes`;
  return new AppError(
    'too_large',
    `This file is larger than ${most}, so it was not read. Split it and upload the parts.`,
    { limit },
  );
}
