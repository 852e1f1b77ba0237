import { z } from 'zod';
import { INTEGER_MAX } from '../../../ledger/index.ts';
import { typedId, typedText } from '../page-routes.ts';

const Line = z.coerce.number().int().nonnegative().max(INTEGER_MAX).optional().catch(undefined);

export const Query = z.object({
  filter: z.enum(['all', 'missing', 'unknown', 'waiting']).catch('all'),
  q: typedText(100),
  after: Line,
  before: Line,
  /** A page of the events before this one. */
  events: typedId(),
  said: z.string().catch(''),
});

export type Query = z.infer<typeof Query>;
