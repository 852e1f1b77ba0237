import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';

/** Refuses requests with texts that no database can keep, wherever in them these are. */
export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ query, body }) => {
    requireStorable(query);
    // A plan's file is a stream, and is judged when it is read.
    if (body !== null && typeof body === 'object' && !('pipe' in body)) requireStorable(body);
  });
}

/** Throws AppError `invalid_usage` when one of the texts in there, or of their names, cannot be kept. */
export function requireStorable(value: unknown, name = ''): void {
  if (typeof value === 'string') {
    const where = name === '' ? 'A text' : `"${name}"`;
    if (value.includes('\0')) throw refusal(`${where} holds the character U+0000`);
    if (!value.isWellFormed())
      throw refusal(`${where} holds half of a character (a lone surrogate)`);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, each] of Object.entries(value)) {
      requireStorable(key);
      requireStorable(each, Array.isArray(value) ? name : key);
    }
  }
}

function refusal(what: string): AppError {
  return new AppError('invalid_usage', `${what}, which no text here can have. Take it out.`);
}
