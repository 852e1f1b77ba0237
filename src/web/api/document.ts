import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { WebContext } from '../context.ts';
import { layout } from '../pages/layout.ts';
import { visitOf } from '../pages/visit.ts';
import { type ApiDocument, type ApiOperation, documentContent } from './document-page.ts';
import { addRoutes, routesOf } from './route.ts';

const route = routesOf('About');

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'bulk-order',
    version: '1',
    license: { name: 'MIT', identifier: 'MIT' },
    description:
      'Buys phone numbers by the thousand, each order at most once. An order whose answer ' +
      'was lost is `unknown`, and is not sent again until a person settles it.',
  },
  servers: [{ url: '/', description: 'the server that this document came from' }],
  tags: [
    { name: 'Plans', description: 'Submitting plans, and reading them' },
    { name: 'Steering', description: 'Starting, pausing and ending a plan' },
    { name: 'Results', description: 'The six files of a plan, as they are now' },
    {
      name: 'Unknown',
      description: 'Orders that may have bought something, and what settles them',
    },
    { name: 'Approvals', description: "What waits for another person's approval" },
    { name: 'Accounts', description: 'Pace and pauses' },
    { name: 'Tokens', description: 'What programs sign in with' },
    { name: 'About', description: 'This API itself' },
  ],
  // The operator decides whether to require a sign-in.
  security: [{}, { signIn: [] }, { token: [] }],
  components: {
    securitySchemes: {
      signIn: { type: 'http', scheme: 'basic' },
      token: { type: 'http', scheme: 'bearer' },
    },
  },
} satisfies FastifyDynamicSwaggerOptions['openapi'];

/** The OpenAPI document of all routes that are added to this scope after it, and its page. */
export async function addDocument(app: FastifyInstance, context: WebContext): Promise<void> {
  await app.register(swagger, {
    openapi: OPENAPI,
    transform: jsonSchemaTransform,
    transformObject(given) {
      const document = jsonSchemaTransformObject(given);
      tidy(document as ApiDocument);
      return document;
    },
  });
  addRoutes(app, context, documentRoutes);
}

const documentRoutes = [
  route('view', 'getDocument', 'GET /openapi.json', {
    summary: 'This API as an OpenAPI 3.1 document',
    response: { 200: z.looseObject({ openapi: z.string() }) },
    answer: ({ request }) => documentOf(request),
  }),
  route('view', 'getPage', 'GET /', {
    summary: 'This API as a page to be read',
    response: { 200: { description: 'a page', content: { 'text/html': { schema: z.string() } } } },
    async answer({ context, request, reply }) {
      const content = documentContent(documentOf(request));
      const page = { title: 'API', section: null, content };
      return reply
        .type('text/html; charset=utf-8')
        .send(layout(await visitOf({ request, context }), page));
    },
  }),
];

const documentOf = ({ server }: FastifyRequest) => server.swagger() as ApiDocument;

/** Adds what the generator cannot know, and takes out what is too long. */
function tidy(document: ApiDocument): void {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const { requestBody, responses = {}, parameters } of operations) {
    for (const response of Object.values(responses)) {
      if (response.description === 'Default Response') response.description = 'done';
    }
    if (!requestBody) continue;
    if (requestBody.content['multipart/form-data'])
      requestBody.content['multipart/form-data'] = formOf(parameters);
    const alternatives = requestBody.content['application/json']?.schema?.anyOf ?? [];
    requestBody.required = !alternatives.some(({ type }) => type === 'null');
  }
  const schemas = document.components?.schemas ?? {};
  // The generator repeats each for requests, and no request uses one.
  for (const name of Object.keys(schemas)) if (name.endsWith('Input')) delete schemas[name];
}

/** A form may have the parameters of the query as fields. */
function formOf(parameters: ApiOperation['parameters'] = []) {
  const said = parameters.filter((each) => each.in === 'query');
  const fields = said.map(({ name, description, schema }) => [
    name,
    { ...schema, ...(description ? { description } : {}) },
  ]);
  const plan = { type: 'string', format: 'binary', description: 'the plan, a CSV file' };
  return {
    schema: {
      type: 'object',
      properties: { plan, ...Object.fromEntries(fields) },
      required: ['plan'],
    },
  };
}
