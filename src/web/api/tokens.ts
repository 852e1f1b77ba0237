import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { NewToken, Token, TokenList } from '../../api-schema/index.ts';
import { listTokens, revokeToken } from '../../ledger/index.ts';
import { makeToken, TokenWish } from '../../people/index.ts';
import { actor } from '../actor.ts';
import type { WebContext } from '../context.ts';
import { BODY, By, by, problems } from './requests.ts';

/** Tokens: an admin makes them, for programs. A revoked one is refused within 2 s. */
export const tokenRoutes: FastifyPluginAsyncZod<{ context: WebContext }> = async (
  app,
  { context },
) => {
  const { ledger } = context;

  app.get(
    '/tokens',
    {
      config: { role: 'admin' },
      schema: {
        tags: ['Tokens'],
        operationId: 'listTokens',
        summary: 'The tokens by name, without what is secret',
        response: { 200: TokenList, ...problems },
      },
    },
    async () => ({ tokens: await listTokens(ledger) }),
  );

  app.post(
    '/tokens',
    {
      config: { role: 'admin' },
      schema: {
        tags: ['Tokens'],
        operationId: 'makeToken',
        summary: 'Makes a token, which is shown only once',
        body: z.strictObject({ ...TokenWish.shape, ...by }, BODY),
        response: { 201: NewToken, ...problems },
      },
    },
    async (request, reply) => {
      const { by, why, ...wish } = request.body;
      const made = await makeToken(ledger, wish, { ...actor(request, by), why });
      return reply.status(201).send(made);
    },
  );

  app.delete(
    '/tokens/:name',
    {
      config: { role: 'admin' },
      schema: {
        tags: ['Tokens'],
        operationId: 'revokeToken',
        summary: 'Ends a token; it is refused within 2 s',
        params: z.object({ name: z.string() }),
        body: By,
        response: { 200: Token, ...problems },
      },
    },
    (request) => {
      const { by, why } = request.body ?? {};
      return revokeToken(ledger, request.params.name, { ...actor(request, by), why });
    },
  );
};
