import type { z } from 'zod';
import { AccountList, ObservedAccount } from '../../documents/index.ts';
import { listAccounts } from '../../ledger/index.ts';
import { observeAccount } from '../../obstacles/index.ts';
import { type AccountWish, changeAccount } from '../../operations/index.ts';
import { signerOf } from '../actor.ts';
import type { Asked } from '../asked.ts';
import { accountName, By, Resume, rate, signedBody } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Accounts');

/** Accounts: their pace and their pauses. A new pace holds within a second. */
export const accountRoutes: ApiRoute[] = [
  route('view', 'listAccounts', 'GET /accounts', {
    summary: 'The accounts',
    response: { 200: AccountList },
    answer: async ({ context }) => ({ accounts: await listAccounts(context.ledger) }),
  }),
  route('view', 'getAccount', 'GET /accounts/:name', {
    summary: 'An account and its current state',
    params: accountName,
    response: { 200: ObservedAccount },
    answer: ({ context, request }) => observeAccount(context, request.params.name),
  }),
  route('admin', 'setPace', 'PATCH /accounts/:name', {
    summary: 'Sets the pace, without interrupting orders',
    params: accountName,
    body: signedBody({
      rate: rate.describe('orders per second; null: no pace, for a sandbox only'),
    }),
    response: { 200: ObservedAccount },
    answer: (asked) => change(asked, { rate: asked.request.body.rate }),
  }),
  route('admin', 'pauseAccount', 'POST /accounts/:name/pause', {
    summary: 'Pauses an account: no more of its orders are sent, and those in flight finish',
    params: accountName,
    body: By,
    response: { 200: ObservedAccount },
    answer: (asked) => change(asked, { pause: true }),
  }),
  route('admin', 'resumeAccount', 'POST /accounts/:name/resume', {
    summary: 'Resumes an account after any pause',
    params: accountName,
    body: Resume,
    response: { 200: ObservedAccount },
    answer(asked) {
      const pauseId = asked.request.body?.pauseId;
      return change(asked, { resume: pauseId ? { pauseId } : true });
    },
  }),
];

type Change = Asked<z.output<typeof accountName>, unknown, z.output<typeof By>>;

async function change({ context, request }: Change, wish: AccountWish) {
  const { name } = request.params;
  await changeAccount(context.ledger, name, wish, signerOf(request));
  return observeAccount(context, name);
}
