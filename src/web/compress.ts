import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createGzip, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const TEXTS = /^(text\/(?!event-stream)|application\/(json|javascript|openmetrics)|image\/svg)/;
/** Smaller ones fit in a packet as they are. */
const LEAST_BYTES = 1_000;
/** As quick as gzip, and a fifth smaller. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * Compresses texts for callers that take it. Event streams are left alone: they would be held back until
 * it is worth sending. So are parts of files and files with a tag, which are of the bytes as they are.
 */
export function compressAnswers(app: FastifyInstance): void {
  // As the last hook of each route: what is compressed nobody can change any more.
  app.addHook('onRoute', (route) => {
    route.onSend = [...[route.onSend ?? []].flat(), compress];
  });
}

async function compress(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
  if (!isCompressible(request, reply)) return payload;
  reply.header('vary', 'accept-encoding');
  const taken = encodingsOf(request);
  if (isStream(payload)) return taken.includes('gzip') ? zipped(payload, reply) : payload;
  const encoding = ['br', 'gzip'].find((each) => taken.includes(each));
  if (!encoding || typeof payload !== 'string' || payload.length < LEAST_BYTES) return payload;
  reply.removeHeader('content-length').header('content-encoding', encoding);
  return encoding === 'br' ? promisify(brotliCompress)(payload, BROTLI) : promisify(gzip)(payload);
}

/** Both end together, whichever breaks off. */
function zipped(payload: Readable, reply: FastifyReply): Readable {
  reply.removeHeader('content-length').header('content-encoding', 'gzip');
  return pipeline(payload, createGzip(), () => {});
}

function isCompressible({ method }: FastifyRequest, reply: FastifyReply): boolean {
  if (method === 'HEAD' || reply.statusCode === 204 || reply.statusCode === 304) return false;
  if (reply.hasHeader('content-encoding') || reply.hasHeader('content-range')) return false;
  const isTagged = reply.hasHeader('etag') && reply.hasHeader('accept-ranges');
  return !isTagged && TEXTS.test(String(reply.getHeader('content-type') ?? ''));
}

/** What the caller takes, `q=0` being what it does not. */
function encodingsOf({ headers }: FastifyRequest): string[] {
  return String(headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim().split(/\s*;\s*q=/))
    .filter(([, weight = '1']) => Number(weight) > 0)
    .map(([name]) => name!);
}

function isStream(payload: unknown): payload is Readable {
  return payload !== null && typeof payload === 'object' && 'pipe' in payload;
}
