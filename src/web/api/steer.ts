import { z } from 'zod';
import { RetriedPlan, ShownPlan } from '../../documents/index.ts';
import { retryPlan } from '../../ledger/index.ts';
import { close, purchaseOf, readRetry, requireConsent, steer } from '../../operations/index.ts';
import { signerOf } from '../actor.ts';
import { steering } from '../context.ts';
import { showPlan } from './plans.ts';
import { acceptWarnings, By, Close, planId, priceListSeen, Retry, yesNo } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Steering');

export const steerRoutes: ApiRoute[] = [
  route('submit', 'startPlan', 'POST /plans/:id/start', {
    summary: 'Starts a plan: workers begin to place its orders',
    params: planId,
    querystring: z.strictObject({
      yes: yesNo.describe('needed with a live account: real numbers are bought'),
      acceptWarnings,
      prices: priceListSeen,
    }),
    body: By,
    response: { 200: ShownPlan },
    async answer({ context, request }) {
      const { id } = request.params;
      const { yes, ...accept } = request.query;
      const ready = await showPlan(context, id);
      if (ready.state === 'ready') {
        const account = { name: ready.account, mode: ready.mode };
        await requireConsent(purchaseOf(ready), account, { yes, ...accept });
      }
      const plan = await steer(steering(context), id, 'start', signerOf(request), accept);
      return showPlan(context, id, plan);
    },
  }),
  move('pause', 'Pauses a plan: no more of its orders are sent, and those in flight finish'),
  route('submit', 'resumePlan', 'POST /plans/:id/resume', {
    summary: 'Resumes a paused plan',
    params: planId,
    querystring: z.strictObject({
      again: yesNo.describe('needed when another plan may have bought what this one asks for'),
    }),
    body: By,
    response: { 200: ShownPlan },
    async answer({ context, request }) {
      const { id } = request.params;
      const by = signerOf(request);
      const plan = await steer(steering(context), id, 'resume', by, request.query);
      return showPlan(context, id, plan);
    },
  }),
  move('cancel', 'Cancels a plan: orders in flight finish, and the rest is not bought'),
  route('submit', 'retryPlan', 'POST /plans/:id/retry', {
    summary: 'Sends undelivered and refused orders again, never unknown ones',
    description:
      'While the account owns numbers that a refused order may have bought, the answer is ' +
      '`against_evidence` with its `objections`, unless `againstEvidence` is true. That needs ' +
      'a `why`.',
    params: planId,
    body: Retry,
    response: { 200: RetriedPlan },
    async answer({ context, request }) {
      const { id } = request.params;
      const { by, ...wish } = readRetry(request.body ?? {}, signerOf(request));
      const retried = await retryPlan(context.ledger, id, by, wish);
      return { ...(await showPlan(context, id)), retried };
    },
  }),
  route('submit', 'closePlan', 'POST /plans/:id/close', {
    summary: 'Stops trying the standing lines of a plan; what they lack stays missing',
    params: planId,
    body: Close,
    response: { 200: ShownPlan },
    async answer({ context, request }) {
      const { id } = request.params;
      const line = request.body?.line ?? null;
      return showPlan(context, id, await close(steering(context), id, line, signerOf(request)));
    },
  }),
];

function move(name: 'pause' | 'cancel', summary: string): ApiRoute {
  return route('submit', `${name}Plan`, `POST /plans/:id/${name}`, {
    summary,
    params: planId,
    body: By,
    response: { 200: ShownPlan },
    async answer({ context, request }) {
      const { id } = request.params;
      const plan = await steer(steering(context), id, name, signerOf(request));
      return showPlan(context, id, plan);
    },
  });
}
