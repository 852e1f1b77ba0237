import { z } from 'zod';
import { NUMBER_TYPES } from '../number-type.ts';

/** A schema that the OpenAPI document has under this name. */
export const document = <Shape extends z.ZodRawShape>(id: string, shape: Shape) =>
  z.object(shape).meta({ id });

/** A `Date` here, and an ISO text in JSON. */
export const time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});
export const count = z.int().min(0);
export const textOrNull = z.string().nullable();
export const areaCode = textOrNull.describe('3 or 6 digits; null for toll-free');
export const type = z.enum(NUMBER_TYPES);
export const mode = z.enum(['sandbox', 'live']);

/** Where the next page of a list begins; `name`: the parameter that says so. */
export const nextPage = (name: 'after' | 'before') =>
  z.int().nullable().describe(`\`${name}\` of the next page; null on the last one`);
