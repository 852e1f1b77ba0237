import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';

export const Problem = z
  .object({
    error: z.looseObject({
      code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
      message: z.string().describe('what was wrong, where, and what to do'),
    }),
  })
  .meta({ id: 'Problem', description: 'Further fields of `error` depend on its code.' });
