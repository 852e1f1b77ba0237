import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { WebContext } from './context.ts';
import { requireStorable } from './storable.ts';

/** A file that somebody sent, on our disk. It stays until it is discarded, or for an hour. */
export type Upload = {
  /** 32 hex digits by which it is found again; they tell nothing and cannot be guessed. */
  token: string;
  path: string;
  bytes: number;
  /** What its sender calls it; '' when it has no name. To be shown, never to be opened. */
  name: string;
  /** The other fields of a form. */
  fields: Record<string, string>;
  discard(): Promise<void>;
};

/** Kinds of body that are taken for a CSV as they are. Windows calls one what Excel opens. */
const CSV_TYPES = [
  'text/csv',
  'application/csv',
  'text/plain',
  'application/octet-stream',
  'application/vnd.ms-excel',
];

const KEPT_MS = 3_600_000;
/** Many more than are read at once. */
const MOST_KEPT = 100;
/** Of a form, all that is not its file. */
const FORM_BYTES = 64 * 1024;

declare module 'fastify' {
  interface FastifyInstance {
    /** The most bytes that a plan may have. */
    uploadBytes: number;
  }
}

/** Lets the routes of this scope take plans: bodies are handed on unread. */
export async function acceptUploads(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    // It would cut a name at any slash.
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
  // Anything else is refused as of a wrong kind.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser(CSV_TYPES, (_request, body, done) => done(null, body));
}

/**
 * Streams a plan, the body itself or the one file of a form, to a file of its own. Memory stays
 * flat, and what breaks off leaves nothing behind.
 *
 * Throws AppError `too_large`, or `invalid_usage` when there is no file.
 */
export async function receivePlan(request: FastifyRequest, context: WebContext): Promise<Upload> {
  const limit = request.server.uploadBytes;
  if (Number(request.headers['content-length'] ?? 0) > limit + FORM_BYTES) throw tooLarge(limit);
  await mkdir(context.uploadsFolder, { recursive: true, mode: 0o700 });
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

/** Whether it is told already what was wrong, or our disk is full. */
function isOurs(error: unknown): boolean {
  return (
    error instanceof AppError || 'statusCode' in (error as object) || 'syscall' in (error as object)
  );
}

/** The sender's line was cut, or his form has no end: nothing of it is kept. */
function brokenOff(cause: Error): AppError {
  return new AppError(
    'invalid_usage',
    'The upload broke off before its end, or its form cannot be read. Nothing was stored. Send it again.',
    {},
    { cause },
  );
}

/** Receives a plan, and removes it again once it was used. */
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

/** Where an upload of that token lies; null when there is none (any more). */
export async function findUpload(context: WebContext, token: string): Promise<string | null> {
  // Nothing but a token makes a path, so that no request can name another file.
  if (!/^[0-9a-f]{32}$/.test(token)) return null;
  const file = await stat(pathOf(context, token)).catch(() => null);
  return file?.isFile() ? pathOf(context, token) : null;
}

/**
 * Removes what was left lying for an hour, also by a process that was killed; and of more than the
 * newest few, all the others: a plan with faults is kept to be mended, and must not fill the disk.
 */
export async function removeOldUploads({ uploadsFolder }: WebContext): Promise<void> {
  const names = (await readdir(uploadsFolder).catch(() => [])).filter((name) =>
    /^[0-9a-f]{32}\.csv$/.test(name),
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
    if (place >= MOST_KEPT || Date.now() - at > KEPT_MS) await rm(path, { force: true });
  }
}

function pathOf({ uploadsFolder }: WebContext, token: string): string {
  return join(uploadsFolder, `${token}.csv`);
}

function bodyOf({ body }: FastifyRequest): Readable {
  if (body !== null && typeof body === 'object' && 'pipe' in body) return body as Readable;
  throw new AppError(
    'invalid_usage',
    'There is no plan in the request. Send the CSV as the body, with the content type text/csv, or as the file of a form.',
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
  throw new AppError(
    'invalid_usage',
    'There is no file in the form. Choose a CSV file and send it.',
  );
}

/**
 * A file's name without the folder that it lay in at its sender's, as some programs send it. A slash
 * in the middle of other text is of the name itself: nobody's folder is called `<script>alert(1)<`.
 */
function baseName(file: string): string {
  const isPath = /^(?:[a-z]:)?[/\\]|^[\w .-]+[/\\]/i.test(file);
  const name = isPath ? (file.split(/[/\\]/).at(-1) ?? '') : file;
  // As browsers write what would end the name's quotes.
  return name.replace(/%22/g, '"').replace(/%0[da]/gi, ' ');
}

/** Returns how many bytes there were. */
async function save(from: Readable, path: string, limit: number): Promise<number> {
  let bytes = 0;
  async function* limited() {
    // Not destroyed when we have had enough: its connection is needed for the answer.
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(limit);
      yield chunk;
    }
  }
  await pipeline(limited, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return bytes;
}

function tooLarge(limit: number): AppError {
  const most = limit >= 1e6 ? `${Math.floor(limit / 1e6)} MB` : `${limit} bytes`;
  return new AppError(
    'too_large',
    `This file is larger than ${most}, so it was not read. Split it and upload the parts.`,
    { limit },
  );
}
