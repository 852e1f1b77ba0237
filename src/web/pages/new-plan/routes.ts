import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import { listAccounts } from '../../../ledger/index.ts';
import { annotatePlan } from '../../../plan/index.ts';
import type { Asked, WebContext } from '../../context.ts';
import { lingerOn, problemOf } from '../../problem.ts';
import { accountMeant, areaCodesFor, inTurn } from '../../submission.ts';
import { acceptUploads, findUpload, receivePlan, type Upload } from '../../uploads.ts';
import { inPath, pageRoutes, sendPage, typedText } from '../page-routes.ts';
import { visitOf } from '../visit.ts';
import { type NewPlan, newPlanPage } from './page.ts';
import { type Result, submit } from './submit.ts';

const Name = typedText(300);
const Annotated = z.object({ name: Name, account: typedText(100) });
const Again = z.object({
  name: Name,
  account: typedText(100),
  keepTrying: z.string().catch(''),
  again: z.literal('yes').optional().catch(undefined),
});

/**
 * `/plans/new` and its forms. A file without errors is stored as a plan in state `ready`, and the
 * answer leads to the plan's page, which has Start. Any other file is kept for an hour.
 */
export async function addNewPlan(app: FastifyInstance, context: WebContext): Promise<void> {
  const routes = pageRoutes(app, context);
  routes.get('submit', '/plans/new', (asked) => show(asked));
  routes.post('submit', '/plans/uploads/:token', submitKept);
  routes.get('submit', '/plans/uploads/:token/annotated.csv', sendAnnotated);
  await app.register(async (scope) => {
    await acceptUploads(scope);
    pageRoutes(scope, context).post('submit', '/plans', submitNew);
  });
}

async function show(asked: Asked, what: Partial<NewPlan> = {}): Promise<FastifyReply> {
  const { request, context } = asked;
  const accounts = await listAccounts(context.ledger);
  const page = { accounts, limitBytes: request.server.uploadBytes, ...what };
  return sendPage(asked, newPlanPage(await visitOf(asked), page));
}

async function answer(asked: Asked, result: Result): Promise<FastifyReply> {
  if ('plan' in result) return asked.reply.redirect(`/plans/${result.plan}`, 303);
  asked.reply.status(result.status);
  return show(asked, result.shown);
}

async function submitNew(asked: Asked): Promise<FastifyReply> {
  const upload = await receive(asked);
  if ('fault' in upload) {
    asked.reply.status(upload.status);
    return show(asked, { fault: upload.fault });
  }
  const { account = '', keepTrying = '' } = upload.fields;
  return answer(asked, await submit(asked, upload, { account, keepTrying, again: false }));
}

/** By token: what another press of the same form is making. */
const underWay = new Map<string, Promise<Result>>();

/** Presses at the same time are one. */
async function submitKept(asked: Asked): Promise<FastifyReply> {
  const token = inPath(asked.request, 'token');
  const result = underWay.get(token) ?? makeOfKept(asked);
  underWay.set(token, result);
  return answer(asked, await result.finally(() => underWay.delete(token)));
}

async function makeOfKept(asked: Asked): Promise<Result> {
  const { name, account, keepTrying, again } = Again.parse(asked.request.body ?? {});
  const upload = await findKept(asked, name);
  return submit(asked, upload, { account, keepTrying, again: again === 'yes' });
}

async function sendAnnotated(asked: Asked): Promise<FastifyReply> {
  const { name, account } = Annotated.parse(asked.request.query);
  const { path } = await findKept(asked, name);
  const fileName = encodeURIComponent(`annotated-${name || 'plan.csv'}`);
  return asked.reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename*=UTF-8''${fileName}`)
    .send(await annotatedFile(asked.context, path, account));
}

async function receive({
  request,
  context,
}: Asked): Promise<Upload | { status: number; fault: string }> {
  try {
    const upload = await receivePlan(request, context);
    if (upload.bytes > 0 || upload.name !== '') return upload;
    await upload.discard();
    return { status: 400, fault: 'Choose a CSV file first.' };
  } catch (error) {
    lingerOn(request);
    const { status, message } = problemOf(error, context.log);
    return { status, fault: message };
  }
}

/** An upload that waits for another press. Throws AppError `not_found` when it is gone. */
async function findKept({ request, context }: Asked, name: string): Promise<Upload> {
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
async function annotatedFile(
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
