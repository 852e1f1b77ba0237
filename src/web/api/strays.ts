import { z } from 'zod';
import { NumberList, StrayList } from '../../documents/index.ts';
import { findAccount, sayForeign, strays } from '../../ledger/index.ts';
import { readForeign } from '../../operations/index.ts';
import { actor } from '../actor.ts';
import { pageOf } from './links.ts';
import { accountName, afterId, pageSize, phoneNumbers, signedBody } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Unknown');

/** Room for a hundred thousand numbers. */
const BODY_BYTES = 2 ** 21;

export const strayRoutes: ApiRoute[] = [
  route('view', 'listStrays', 'GET /accounts/:name/strays', {
    summary: 'Numbers of the account that came since the first purchase and that no order has',
    params: accountName,
    querystring: z.strictObject({
      after: afterId.optional().describe('`next` of the page before'),
      limit: pageSize(1000),
    }),
    response: { 200: StrayList },
    async answer(asked) {
      const { params, query } = asked.request;
      const { after = 0, limit } = query;
      const { ledger } = asked.context;
      const { id } = await findAccount(ledger, params.name);
      const found = await strays(ledger, id, { after, limit: limit + 1 });
      const { items, next } = pageOf(asked, found, limit, ({ number }) => Number(number));
      return { strays: items, next };
    },
  }),
  route('submit', 'callForeign', 'POST /accounts/:name/strays', {
    summary: 'Says that strays were bought outside this program, or takes that back',
    description:
      'One of `foreign` and `notForeign`. No waiting order is suspected of having bought a ' +
      'foreign number. If one did before the ledger went back, it is sent again, and buys ' +
      'twice. When the evidence speaks against it, the answer is `against_evidence` with ' +
      'its `objections`, unless `againstEvidence` is true.',
    params: accountName,
    body: signedBody({
      foreign: phoneNumbers.optional().describe('they were bought outside this program'),
      notForeign: phoneNumbers.optional().describe('that was a mistake'),
      againstEvidence: z.boolean().optional().describe('say it against the evidence'),
    }),
    bodyLimit: BODY_BYTES,
    response: { 200: NumberList },
    async answer({ context: { ledger }, request }) {
      const { foreign, notForeign, by, ...said } = request.body;
      const named = { foreign: foreign?.join(','), notForeign: notForeign?.join(',') };
      const wish = readForeign({ ...said, ...named }, actor(request, by));
      const account = await findAccount(ledger, request.params.name);
      return { numbers: await sayForeign(ledger, account, wish, wish.by) };
    },
  }),
];
