import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import type { FastifyInstance } from 'fastify';

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
