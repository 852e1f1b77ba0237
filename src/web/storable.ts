import type { FastifyInstance } from 'fastify';
import { type AppError, usageError } from '../errors.ts';

/** Levels of a body, far more than any request has. */
const DEPTH_MAX = 20;

/** Refuses requests that hold a text which PostgreSQL cannot store. */
export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    requireStorable(params);
    requireStorable(query);
    // A plan's file is a stream, and is checked while it is read.
    if (body !== null && typeof body === 'object' && !('pipe' in body)) requireStorable(body);
  });
}

/** Throws AppError `invalid_usage` when a text or a name in it cannot be stored. */
export function requireStorable(value: unknown, name = '', depth = 0): void {
  if (typeof value === 'string') {
    const where = name === '' ? 'A text' : `"${name}"`;
    if (value.includes('\0')) throw refusal(`${where} holds the character U+0000`);
    if (!value.isWellFormed())
      throw refusal(`${where} holds half of a character (a lone surrogate)`);
  } else if (value !== null && typeof value === 'object') {
    if (depth === DEPTH_MAX) throw usageError('The body has too many levels to be understood.');
    for (const [key, each] of Object.entries(value)) {
      requireStorable(key);
      requireStorable(each, Array.isArray(value) ? name : key, depth + 1);
    }
  }
}

function refusal(what: string): AppError {
  return usageError(`${what}, which cannot be stored. Take it out.`);
}
