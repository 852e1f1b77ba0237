import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AccountList, AccountState } from '../../api-schema/index.ts';
import { accountState, listAccounts } from '../../ledger/index.ts';
import { obstaclesOf } from '../../obstacles/index.ts';
import { type AccountWish, changeAccount } from '../../operations/index.ts';
import { actor } from '../actor.ts';
import type { WebContext } from '../context.ts';
import { accountName, BODY, By, by, problems, Resume, rate } from './requests.ts';

/** Accounts: their pace and their pauses. A change takes effect in all workers within 2 s. */
export const accountRoutes: FastifyPluginAsyncZod<{ context: WebContext }> = async (
  app,
  { context },
) => {
  const { ledger } = context;

  app.get(
    '/accounts',
    {
      config: { role: 'view' },
      schema: {
        tags: ['Accounts'],
        operationId: 'listAccounts',
        summary: 'The accounts',
        response: { 200: AccountList, ...problems },
      },
    },
    async () => ({ accounts: await listAccounts(ledger) }),
  );

  app.get(
    '/accounts/:name',
    {
      config: { role: 'view' },
      schema: {
        tags: ['Accounts'],
        operationId: 'getAccount',
        summary: 'An account and its current state',
        params: accountName,
        response: { 200: AccountState, ...problems },
      },
    },
    ({ params }) => stateOf(params.name),
  );

  app.patch(
    '/accounts/:name',
    {
      config: { role: 'admin' },
      schema: {
        tags: ['Accounts'],
        operationId: 'setPace',
        summary: 'Sets the pace, without interrupting orders',
        params: accountName,
        body: z.strictObject(
          { rate: rate.describe('orders per second; null: no pace, for a sandbox only'), ...by },
          BODY,
        ),
        response: { 200: AccountState, ...problems },
      },
    },
    (request) => change(request, { rate: request.body.rate }),
  );

  app.post(
    '/accounts/:name/pause',
    {
      config: { role: 'admin' },
      schema: {
        tags: ['Accounts'],
        operationId: 'pauseAccount',
        summary: 'Pauses an account: no more of its orders are sent, and those in flight finish',
        params: accountName,
        body: By,
        response: { 200: AccountState, ...problems },
      },
    },
    (request) => change(request, { pause: true }),
  );

  app.post(
    '/accounts/:name/resume',
    {
      config: { role: 'admin' },
      schema: {
        tags: ['Accounts'],
        operationId: 'resumeAccount',
        summary: 'Resumes an account after any pause',
        params: accountName,
        body: Resume,
        response: { 200: AccountState, ...problems },
      },
    },
    (request) => {
      const read = request.body?.pausedReason;
      return change(request, { resume: read ? { read } : true });
    },
  );

  type Request = Parameters<typeof actor>[0] & {
    params: z.infer<typeof accountName>;
    body: z.infer<typeof By>;
  };

  async function change(request: Request, wish: AccountWish) {
    const { body, params } = request;
    const { why } = body ?? {};
    const by = actor(request, body?.by);
    await changeAccount(ledger, params.name, wish, { ...by, ...(why ? { why } : {}) });
    return stateOf(params.name);
  }

  async function stateOf(name: string) {
    const state = await accountState(ledger, name);
    return { ...state, obstacles: await obstaclesOf(context, name) };
  }
};
