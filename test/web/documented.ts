import { beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { type Answer, ask, siteOfFile } from './site.ts';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document
type ApiDocument = any;

/**
 * A ledger and a web on it for the tests of a file, filled before the first of them. Each answer of
 * the API fails its test when it is not what the document says of that route and status.
 */
export function documentedSite() {
  const { given, site } = siteOfFile();
  const document: ApiDocument = {};
  beforeAll(async () => {
    Object.assign(document, (await ask(site, '/api/openapi.json')).json);
    site.look = (...answered) => requireDocumented(document, ...answered);
  });
  return { given, site, document };
}

function requireDocumented(
  document: ApiDocument,
  method: string,
  path: string,
  { status, json, headers, text }: Answer,
): void {
  const route = routeOf(document, method, path);
  if (!route) return;
  const response = route.responses[status] ?? route.responses[`${Math.floor(status / 100)}XX`];
  expect(response, `${method} ${path} answers ${status}`).toBeDefined();
  if (text === '') return;
  const type = headers['content-type']?.split(';')[0] ?? '';
  expect(Object.keys(response.content)).toContain(type);
  if (json === undefined) return;
  const result = schemaOf(document, response.content[type].schema).safeParse(json);
  expect(result.error?.issues ?? []).toEqual([]);
}

/** Undefined where the document has no such route: `/api/plans/{id}` is any plan. */
function routeOf({ paths }: ApiDocument, method: string, path: string) {
  const bare = path.split('?')[0]!;
  const is = (template: string) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare);
  return paths[Object.keys(paths).find(is) ?? '']?.[method.toLowerCase()];
}

/** A schema of the document, with those that it names. */
export function schemaOf(document: ApiDocument, schema: object): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')));
}
