import type { z } from 'zod';
import { AccountList, ObservedAccount } from '../../documents/index.ts';
import { listAccounts } from '../../ledger/index.ts';
import { observeAccount } from '../../obstacles/index.ts';
import { type AccountWish, changeAccount } from '../../operations/index.ts';
import { signerOf } from '../actor.ts';
import { accountName, By, Resume, rate, signedBody } from './requests.ts';
import { type ApiRoutes, routesOf } from './route.ts';

const route = routesOf('Accounts');

/** Accounts: their pace and their pauses. A new pace holds within a second. */
export const accountRoutes: ApiRoutes = async (app, { context }) => {
  const { ledger } = context;

  app.get(
    '/accounts',
    route('view', 'listAccounts', {
      summary: 'The accounts',
      response: { 200: AccountList },
    }),
    async () => ({ accounts: await listAccounts(ledger) }),
  );

  app.get(
    '/accounts/:name',
    route('view', 'getAccount', {
      summary: 'An account and its current state',
      params: accountName,
      response: { 200: ObservedAccount },
    }),
    ({ params }) => observeAccount(context, params.name),
  );

  app.patch(
    '/accounts/:name',
    route('admin', 'setPace', {
      summary: 'Sets the pace, without interrupting orders',
      params: accountName,
      body: signedBody({
        rate: rate.describe('orders per second; null: no pace, for a sandbox only'),
      }),
      response: { 200: ObservedAccount },
    }),
    (request) => change(request, { rate: request.body.rate }),
  );

  app.post(
    '/accounts/:name/pause',
    route('admin', 'pauseAccount', {
      summary: 'Pauses an account: no more of its orders are sent, and those in flight finish',
      params: accountName,
      body: By,
      response: { 200: ObservedAccount },
    }),
    (request) => change(request, { pause: true }),
  );

  app.post(
    '/accounts/:name/resume',
    route('admin', 'resumeAccount', {
      summary: 'Resumes an account after any pause',
      params: accountName,
      body: Resume,
      response: { 200: ObservedAccount },
    }),
    (request) => {
      const pauseId = request.body?.pauseId;
      return change(request, { resume: pauseId ? { pauseId } : true });
    },
  );

  type Request = Parameters<typeof signerOf>[0] & { params: z.infer<typeof accountName> };

  async function change(request: Request, wish: AccountWish) {
    const { name } = request.params;
    await changeAccount(ledger, name, wish, signerOf(request));
    return observeAccount(context, name);
  }
};
