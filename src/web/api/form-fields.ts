import type { z } from 'zod';
import { AppError, usageError } from '../../errors.ts';

/**
 * The query together with the fields of the plan's form, by the same schema. Throws AppError
 * `invalid_usage` for an unknown field, and for one that is in the query too.
 */
export function withFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  query: z.infer<z.ZodObject<Shape>>,
  fields: Record<string, string>,
): z.infer<z.ZodObject<Shape>> {
  if (Object.keys(fields).length === 0) return query;
  const nothing = schema.parse({}) as Record<string, unknown>;
  const known = Object.keys(schema.shape);
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) {
      throw new AppError(
        'invalid_usage',
        `The form has a field "${name}", which is not known here. ` +
          `Beside its file it may have: ${known.join(', ')}.`,
        { field: name, known },
      );
    }
    const said = (query as Record<string, unknown>)[name];
    if (said !== nothing[name]) {
      throw new AppError('invalid_usage', `Say ${name} once: in the query, or in the form.`, {
        field: name,
      });
    }
  }
  const parsed = schema.safeParse(fields);
  if (parsed.success) {
    const isSaid = ([name]: [string, unknown]) => name in fields;
    return { ...query, ...Object.fromEntries(Object.entries(parsed.data).filter(isSaid)) };
  }
  const [issue] = parsed.error.issues;
  throw usageError(`In the form, "${issue?.path.join('.')}": ${issue?.message}.`);
}
