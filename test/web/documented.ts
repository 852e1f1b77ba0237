import { beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { type Answer, ask, siteOfFile } from './site.ts';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document
type ApiDocument = any;

/** A ledger and a web on it for the tests of a file, filled before the first of them. */
export function documentedSite() {
  const { given, site } = siteOfFile();
  const document: ApiDocument = {};
  beforeAll(async () => {
    Object.assign(document, (await ask(site, '/api/openapi.json')).json);
  });
  return {
    given,
    site,
    document,
    documented: (method: string, path: string, answer: Promise<Answer>) =>
      documented(document, method, path, answer),
  };
}

/** Returns the answer, and fails when it is not what the document says of that route and status. */
async function documented(
  document: ApiDocument,
  method: string,
  path: string,
  answer: Promise<Answer>,
): Promise<Answer> {
  const { status, json, headers, text } = await answer;
  const { responses } = document.paths[path][method.toLowerCase()];
  const response = responses[status] ?? responses[`${Math.floor(status / 100)}XX`];
  expect(response, `${method} ${path} answers ${status}`).toBeDefined();
  const type = headers['content-type']?.split(';')[0] ?? '';
  expect(Object.keys(response.content)).toContain(type);
  if (json !== undefined) {
    const { schema } = response.content[type];
    const result = schemaOf(document, schema).safeParse(json);
    expect(result.error?.issues ?? []).toEqual([]);
  }
  return { status, json, headers, text };
}

/** A schema of the document, with those that it names. */
export function schemaOf(document: ApiDocument, schema: object): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')));
}
