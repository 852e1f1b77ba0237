import { z } from 'zod';
import { document, time } from './fields.ts';

export const Token = document('Token', {
  name: z.string(),
  role: z.string(),
  madeBy: z.string(),
  madeAt: time,
  endsAt: time,
  revokedAt: time.nullable(),
});
export type Token = z.output<typeof Token>;

export const NewToken = document('NewToken', {
  ...Token.shape,
  token: z.string().describe('the token itself: it is shown only once, and kept nowhere'),
});

export const TokenList = z.object({ tokens: z.array(Token) });
