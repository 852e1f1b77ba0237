import { z } from 'zod';
import type { Token as TokenDocument } from '../ledger/index.ts';
import { document, time } from './fields.ts';

export const Token = document('Token', {
  name: z.string(),
  role: z.string(),
  madeBy: z.string(),
  madeAt: time,
  endsAt: time,
  revokedAt: time.nullable(),
}) satisfies z.ZodType<TokenDocument>;

export const NewToken = document('NewToken', {
  ...Token.shape,
  token: z.string().describe('the token itself: it is shown only once, and kept nowhere'),
});

export const TokenList = z.object({ tokens: z.array(Token) });
