import { z } from 'zod';
import { RetriedPlan, ShownPlan } from '../../documents/index.ts';
import { retryPlan } from '../../ledger/index.ts';
import { close, purchaseOf, requireConsent, steer } from '../../operations/index.ts';
import { signerOf } from '../actor.ts';
import { steering } from '../steering.ts';
import { showPlan } from './plans.ts';
import { acceptWarnings, By, Close, planId, priceListSeen, yesNo } from './requests.ts';
import { type ApiRoutes, routesOf } from './route.ts';

const route = routesOf('Steering');

const MOVES = {
  pause: 'Pauses a plan: no more of its orders are sent, and those in flight finish',
  resume: 'Resumes a paused plan',
  cancel: 'Cancels a plan: orders in flight finish, and the rest is not bought',
} as const;

/** Starts, pauses, resumes, cancels, retries and closes a plan. */
export const steerRoutes: ApiRoutes = async (app, { context }) => {
  const { ledger } = context;

  app.post(
    '/plans/:id/start',
    route('submit', 'startPlan', {
      summary: 'Starts a plan: workers begin to place its orders',
      params: planId,
      querystring: z.strictObject({
        yes: yesNo.describe('needed with a live account: real numbers are bought'),
        acceptWarnings,
        prices: priceListSeen,
      }),
      body: By,
      response: { 200: ShownPlan },
    }),
    async (request) => {
      const { id } = request.params;
      const { yes, acceptWarnings, prices } = request.query;
      const ready = await showPlan(context, id);
      if (ready.state === 'ready') {
        const account = { name: ready.account, mode: ready.mode };
        await requireConsent(purchaseOf(ready), account, { yes, acceptWarnings });
      }
      const accept = { acceptWarnings, prices };
      const plan = await steer(steering(context), id, 'start', signerOf(request), accept);
      return showPlan(context, id, plan);
    },
  );

  for (const [move, summary] of Object.entries(MOVES) as [keyof typeof MOVES, string][]) {
    app.post(
      `/plans/:id/${move}`,
      route('submit', `${move}Plan`, {
        summary,
        params: planId,
        body: By,
        response: { 200: ShownPlan },
      }),
      async (request) => {
        const { id } = request.params;
        const plan = await steer(steering(context), id, move, signerOf(request));
        return showPlan(context, id, plan);
      },
    );
  }

  app.post(
    '/plans/:id/retry',
    route('submit', 'retryPlan', {
      summary: 'Sends undelivered and refused orders again, never unknown ones',
      params: planId,
      body: By,
      response: { 200: RetriedPlan },
    }),
    async (request) => {
      const { id } = request.params;
      const retried = await retryPlan(ledger, id, signerOf(request));
      return { ...(await showPlan(context, id)), retried };
    },
  );

  app.post(
    '/plans/:id/close',
    route('submit', 'closePlan', {
      summary: 'Stops trying the standing lines of a plan; what they lack stays missing',
      params: planId,
      body: Close,
      response: { 200: ShownPlan },
    }),
    async (request) => {
      const { id } = request.params;
      const line = request.body?.line ?? null;
      return showPlan(context, id, await close(steering(context), id, line, signerOf(request)));
    },
  );
};
