import { z } from 'zod';
import { NewToken, Token, TokenList } from '../../documents/index.ts';
import { listTokens, revokeToken } from '../../ledger/index.ts';
import { makeToken, TokenWish } from '../../people/index.ts';
import { signerOf } from '../actor.ts';
import { By, signedBody } from './requests.ts';
import { type ApiRoutes, routesOf } from './route.ts';

const route = routesOf('Tokens');

/** Tokens: an admin makes them, for programs. A revoked one is refused within 2 s. */
export const tokenRoutes: ApiRoutes = async (app, { context }) => {
  const { ledger } = context;

  app.get(
    '/tokens',
    route('admin', 'listTokens', {
      summary: 'The tokens by name, without what is secret',
      response: { 200: TokenList },
    }),
    async () => ({ tokens: await listTokens(ledger) }),
  );

  app.post(
    '/tokens',
    route('admin', 'makeToken', {
      summary: 'Makes a token, which is shown only once',
      body: signedBody(TokenWish.shape),
      response: { 201: NewToken },
    }),
    async (request, reply) => {
      const made = await makeToken(ledger, request.body, signerOf(request));
      return reply.status(201).send(made);
    },
  );

  app.delete(
    '/tokens/:name',
    route('admin', 'revokeToken', {
      summary: 'Ends a token; it is refused within 2 s',
      params: z.object({ name: z.string() }),
      body: By,
      response: { 200: Token },
    }),
    (request) => revokeToken(ledger, request.params.name, signerOf(request)),
  );
};
