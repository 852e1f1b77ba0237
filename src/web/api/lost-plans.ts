import { z } from 'zod';
import { LostPlanList } from '../../documents/index.ts';
import { dismissLostPlans, findAccount, lostPlans } from '../../ledger/index.ts';
import { readDismissal } from '../../operations/index.ts';
import { actor } from '../actor.ts';
import { accountName, signedBody } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Accounts');

/** Plans that a ledger that went back has lost, and which of them a person has dismissed. */
export const lostPlanRoutes: ApiRoute[] = [
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
