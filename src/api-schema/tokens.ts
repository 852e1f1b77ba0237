import { z } from 'zod';
import type { Token as TokenDocument } from '../ledger/index.ts';
import { time } from './documents.ts';

export const Token = z
  .object({
    name: z.string(),
    role: z.string(),
    madeBy: z.string(),
    madeAt: time,
    endsAt: time,
    revokedAt: time.nullable(),
  })
  .meta({ id: 'Token' }) satisfies z.ZodType<TokenDocument>;

export const NewToken = z
  .object({
    ...Token.shape,
    token: z.string().describe('the token itself: it is shown only once, and kept nowhere'),
  })
  .meta({ id: 'NewToken' });

export const TokenList = z.object({ tokens: z.array(Token) });
