import { pipeline, type Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  brotliCompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createGzip,
  createInflate,
  createZstdDecompress,
  gzip,
} from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const TEXTS = /^(text\/(?!event-stream)|application\/(json|javascript|openmetrics)|image\/svg)/;
/** Smaller answers fit in one packet. */
const LEAST_BYTES = 1_000;
/** As quick as gzip, and a fifth smaller. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * Compresses texts for callers that accept it. It leaves out event streams, which would be delayed,
 * and files with a range or a tag, which name the bytes of the uncompressed file.
 */
export function compressAnswers(app: FastifyInstance): void {
  // The last hook of each route: no other hook sees compressed bytes.
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

/** If one of the two breaks off, the other ends. */
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

/** The encodings that the caller accepts; `q=0` means that it does not. */
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

const DECODERS: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

const refusal = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode });

/**
 * Reads compressed bodies, by their `Content-Encoding`. The limit of a body's length counts
 * decompressed bytes. Forms are read in another way, so a compressed form is refused.
 */
export function readCompressedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase();
    if (!encoding || encoding === 'identity') return payload;
    const decoder = DECODERS[encoding];
    if (!decoder) {
      const known = Object.keys(DECODERS).join(', ');
      reply.header('accept-encoding', known);
      throw refusal(415, `Content-Encoding is "${encoding}": it must be one of ${known}`);
    }
    if (/^multipart\//i.test(request.headers['content-type'] ?? ''))
      throw refusal(415, 'A form cannot be compressed. Send the CSV itself as the body');
    // It counts compressed bytes, and would be compared with decompressed ones.
    delete request.headers['content-length'];
    const decoded = decoder();
    decoded.once('error', (error: Error) =>
      Object.assign(error, {
        statusCode: 400,
        message:
          `The body cannot be decompressed as ${encoding}, ` +
          'which its Content-Encoding says it is',
      }),
    );
    payload.once('error', (error) => decoded.destroy(error));
    return payload.pipe(decoded);
  });
}
