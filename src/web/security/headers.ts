import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** What our pages may do in a browser: nothing but with our own files, and in nobody's frame. */
export async function setHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // Not 'no-referrer': browsers would then send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    // Whether there is TLS, and for which names, is the proxy's to say.
    strictTransportSecurity: false,
  });
  // What is bought is nobody's business but the asker's. Files that may be kept say so themselves.
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
  });
}
