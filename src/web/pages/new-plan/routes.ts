import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listAccounts } from '../../../ledger/index.ts';
import type { WebContext } from '../../context.ts';
import { lingerOn } from '../../linger.ts';
import { problemOf } from '../../problem.ts';
import { acceptUploads, receivePlan, type Upload } from '../../uploads.ts';
import { typedText } from '../typed.ts';
import { visitOf } from '../visit.ts';
import { annotatedFile, findKept } from './kept.ts';
import { type NewPlan, newPlanPage } from './page.ts';
import { submit, type Wish } from './submit.ts';

const Params = z.object({ token: z.string() });
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
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    what: Partial<NewPlan> = {},
  ) => {
    const accounts = await listAccounts(context.ledger);
    const page = { accounts, limitBytes: app.uploadBytes, ...what };
    return reply.type('text/html').send(newPlanPage(await visitOf(request, context), page));
  };

  const take = async (request: FastifyRequest, reply: FastifyReply, upload: Upload, wish: Wish) => {
    const result = await submit(request, reply, context, upload, wish);
    if ('plan' in result) return reply.redirect(`/plans/${result.plan}`, 303);
    return show(request, reply.status(result.status), result.shown);
  };

  app.get('/plans/new', { config: { role: 'submit' } }, (request, reply) => show(request, reply));

  await app.register(async (scope) => {
    await acceptUploads(scope);
    scope.post('/plans', { config: { role: 'submit' } }, async (request, reply) => {
      const upload = await receive(request, context);
      if ('fault' in upload) {
        return show(request, reply.status(upload.status), { fault: upload.fault });
      }
      const { account = '', keepTrying = '' } = upload.fields;
      return take(request, reply, upload, { account, keepTrying, again: false });
    });
  });

  app.post('/plans/uploads/:token', { config: { role: 'submit' } }, async (request, reply) => {
    const { name, account, keepTrying, again } = Again.parse(request.body ?? {});
    const upload = await findKept(context, Params.parse(request.params).token, name);
    return take(request, reply, upload, { account, keepTrying, again: again === 'yes' });
  });

  app.get(
    '/plans/uploads/:token/annotated.csv',
    { config: { role: 'submit' } },
    async (request, reply) => {
      const { name, account } = Annotated.parse(request.query);
      const { path } = await findKept(context, Params.parse(request.params).token, name);
      const fileName = encodeURIComponent(`annotated-${name || 'plan.csv'}`);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename*=UTF-8''${fileName}`)
        .send(await annotatedFile(context, path, account));
    },
  );
}

/** The file of the form, or why there is none. */
async function receive(
  request: FastifyRequest,
  context: WebContext,
): Promise<Upload | { status: number; fault: string }> {
  try {
    const upload = await receivePlan(request, context);
    if (upload.bytes > 0) return upload;
    await upload.discard();
    const fault = upload.name === '' ? 'Choose a CSV file first.' : 'The file has no lines.';
    return { status: 400, fault };
  } catch (error) {
    lingerOn(request);
    const { status, message } = problemOf(error, context.log);
    return { status, fault: message };
  }
}
