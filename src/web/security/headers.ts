import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** In a browser, our pages may use our own files only, and be in no frame. */
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
    // With 'no-referrer', browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    // The proxy knows whether there is TLS, and for which names.
    strictTransportSecurity: false,
  });
  // What is bought is private. Files that may be stored set a header of their own.
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
  });
}
