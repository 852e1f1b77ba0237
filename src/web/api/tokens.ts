import { z } from 'zod';
import { NewToken, Token, TokenList } from '../../documents/index.ts';
import { listTokens, revokeToken } from '../../ledger/index.ts';
import { makeToken, TokenWish } from '../../people/index.ts';
import { signerOf } from '../actor.ts';
import { By, signedBody } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Tokens');

export const tokenRoutes: ApiRoute[] = [
  route('admin', 'listTokens', 'GET /tokens', {
    summary: 'The tokens by name, without what is secret',
    response: { 200: TokenList },
    answer: async ({ context }) => ({ tokens: await listTokens(context.ledger) }),
  }),
  route('admin', 'makeToken', 'POST /tokens', {
    summary: 'Makes a token, which is shown only once',
    body: signedBody(TokenWish.shape),
    response: { 201: NewToken },
    answer({ context, request, reply }) {
      reply.status(201);
      return makeToken(context.ledger, request.body, signerOf(request));
    },
  }),
  route('admin', 'revokeToken', 'DELETE /tokens/:name', {
    summary: 'Ends a token; it is refused within 2 s',
    params: z.object({ name: z.string() }),
    body: By,
    response: { 200: Token },
    answer: ({ context, request }) =>
      revokeToken(context.ledger, request.params.name, signerOf(request)),
  }),
];
