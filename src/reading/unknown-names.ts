import type { z } from 'zod';

/** An issue of a schema, as its `error` gets it. */
type Issue = { code?: string; inst?: unknown };

/**
 * For the `error` of an object's schema: which names it knows, when it is given another one; for
 * any other issue `otherwise`. The other name is not shown: it may be a key.
 */
export const unknownNames =
  (otherwise: string) =>
  ({ code, inst }: Issue): string =>
    code === 'unrecognized_keys'
      ? `has a property that is none of ${Object.keys((inst as z.ZodObject).shape).join(', ')}`
      : otherwise;
