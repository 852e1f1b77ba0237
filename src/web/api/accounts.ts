import { z } from 'zod';
import { AccountList, LostPlanList, ObservedAccount } from '../../documents/index.ts';
import { dismissLostPlans, findAccount, listAccounts, lostPlans } from '../../ledger/index.ts';
import { observeAccount } from '../../obstacles/index.ts';
import { type AccountWish, changeAccount, readDismissal } from '../../operations/index.ts';
import { actor, signerOf } from '../actor.ts';
import type { Asked } from '../context.ts';
import { accountName, By, Resume, rate, signedBody } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Accounts');

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
  route('view', 'listLostPlans', 'GET /accounts/:name/lost-plans', {
    summary: 'Plans of the account that were sent and that the ledger has lost',
    description: 'Those that are back, too, while other plans may wait for them.',
    params: accountName,
    response: { 200: LostPlanList },
    async answer({ context: { ledger }, request }) {
      const { id } = await findAccount(ledger, request.params.name);
      return { lostPlans: await lostPlans(ledger, id) };
    },
  }),
  route('submit', 'dismissLostPlans', 'POST /accounts/:name/lost-plans', {
    summary: 'Dismisses the lost plans of a file, so that no other plan waits for them',
    description:
      'Plans that may ask for the same can be started, resumed and tried again. If both asked ' +
      'for the same, both buy it. When the evidence speaks against it, the answer is ' +
      '`against_evidence` with its `objections`, unless `againstEvidence` is true.',
    params: accountName,
    body: signedBody({
      dismiss: z
        .string()
        .describe("the SHA-256 of a lost plan's file, or its first 8 or more digits"),
      againstEvidence: z.boolean().optional().describe('say it against the evidence'),
      seen: z.string().optional().describe('what the command line showed of them, if it did'),
    }),
    response: { 200: LostPlanList },
    async answer({ context: { ledger }, request }) {
      const { by, ...said } = request.body;
      const dismissal = readDismissal(said, actor(request, by));
      const account = await findAccount(ledger, request.params.name);
      return { lostPlans: await dismissLostPlans(ledger, account, dismissal, dismissal.by) };
    },
  }),
];

type Change = Asked<z.output<typeof accountName>, unknown, z.output<typeof By>>;

async function change({ context, request }: Change, wish: AccountWish) {
  const { name } = request.params;
  await changeAccount(context.ledger, name, wish, signerOf(request));
  return observeAccount(context, name);
}
