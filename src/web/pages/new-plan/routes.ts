import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import { findPlan, listAccounts } from '../../../ledger/index.ts';
import { refuseFaults } from '../../../operations/index.ts';
import { mendPlan, type PlanCheck } from '../../../plan/index.ts';
import type { WebContext } from '../../context.ts';
import { lingerOn } from '../../linger.ts';
import { problemOf } from '../../problem.ts';
import { accountFor, checkUpload, storeUpload, traceUpload } from '../../submission.ts';
import { acceptUploads, findUpload, receivePlan, type Upload } from '../../uploads.ts';
import { visitOf } from '../visit.ts';
import { type Kept, type NewPlan, newPlanPage } from './page.ts';

const Params = z.object({ token: z.string() });
const Name = z.string().trim().max(300).catch('');
/** What is asked again of a file that lies here already. */
const Form = z.object({
  name: Name,
  account: z.string().max(100).catch(''),
  again: z.literal('yes').optional().catch(undefined),
});

/**
 * `/plans/new` and what it posts: a file that has no faults is stored as a plan in state `ready`,
 * and its page is shown, where Start is. A file that cannot be stored yet lies here for an hour.
 */
export async function addUploads(app: FastifyInstance, context: WebContext): Promise<void> {
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    what: Partial<NewPlan> = {},
  ): Promise<FastifyReply> => {
    const accounts = await listAccounts(context.ledger);
    const page = { accounts, limitBytes: app.uploadBytes, ...what };
    return reply.type('text/html').send(newPlanPage(await visitOf(request, context), page));
  };

  /** Stores it, or shows what stands in the way. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    upload: Upload,
    { account: wished, again }: { account: string; again: boolean },
  ): Promise<FastifyReply> => {
    const kept: Kept = { ...upload, name: upload.name || 'plan.csv', account: wished || null };
    const span = traceUpload(context, request, reply);
    let check: PlanCheck | undefined;
    try {
      const account = await accountFor(context, wished);
      check = await checkUpload(upload, {}, span);
      refuseFaults(check, 'The plan');
      const who = request.signedIn ?? context.user;
      const wishes = { account, check, reading: {}, name: undefined, again, who, span };
      const id = await storeUpload(context, upload, wishes);
      span?.end();
      await upload.discard();
      return reply.redirect(`/plans/${id}`, 303);
    } catch (error) {
      span?.fail(error);
      const { status, code, message } = problemOf(error, context.log);
      reply.status(status);
      if (code === 'bad_plan' && check)
        return show(request, reply, { kept, faults: faultsOf(check) });
      if (hasCode(error, 'duplicate_file')) {
        return show(request, reply, {
          kept,
          earlier: await findPlan(context.ledger, error.details.plan),
        });
      }
      if (code === 'invalid_usage' && !wished) return show(request, reply, { kept });
      await upload.discard();
      return show(request, reply, { fault: message });
    }
  };

  await app.register(async (scope) => {
    await acceptUploads(scope);
    scope.post('/plans', async (request, reply) => {
      const upload = await receivePlan(request, context).catch((error: unknown) => {
        const { status, message } = problemOf(error, context.log);
        lingerOn(request);
        reply.status(status);
        return message;
      });
      if (typeof upload === 'string') return show(request, reply, { fault: upload });
      if (upload.bytes === 0) {
        await upload.discard();
        const fault = upload.name === '' ? 'Choose a CSV file first.' : 'The file has no lines.';
        return show(request, reply.status(400), { fault });
      }
      return take(request, reply, upload, { account: upload.fields.account ?? '', again: false });
    });
  });

  app.get('/plans/new', (request, reply) => show(request, reply));

  app.post('/plans/uploads/:token', async (request, reply) => {
    const { name, account, again } = Form.parse(request.body ?? {});
    const upload = await keptUpload(context, Params.parse(request.params).token, name);
    return take(request, reply, upload, { account, again: again === 'yes' });
  });

  app.get('/plans/uploads/:token/mended.csv', async (request, reply) => {
    const { name } = z.object({ name: Name }).parse(request.query);
    const { path } = await keptUpload(context, Params.parse(request.params).token, name);
    // Named like an upload, so that it is swept away with them should we die over it.
    const out = join(context.uploadsFolder, `${randomBytes(16).toString('hex')}.csv`);
    await mendPlan(path, out);
    const file = createReadStream(out);
    file.once('close', () => void rm(out, { force: true }));
    const mended = `mended-${name || 'plan.csv'}`;
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(mended)}`)
      .send(file);
  });
}

/** Throws AppError `not_found` when it is there no more. */
async function keptUpload(context: WebContext, token: string, name: string): Promise<Upload> {
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

function faultsOf(check: PlanCheck): NonNullable<NewPlan['faults']> {
  const { faults: shown, faultCount: count, faultyRows: rows, warnings, warningCount } = check;
  return { shown, count, rows, warnings, warningCount };
}
