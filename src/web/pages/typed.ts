import { z } from 'zod';

/** A text from a query or a form, without blanks around it; a bad one counts as left out. */
export const typedText = (maxLength: number) => z.string().trim().max(maxLength).catch('');

/** An id from a query or a form; a bad one counts as left out. */
export const typedId = (max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(max).optional().catch(undefined);
