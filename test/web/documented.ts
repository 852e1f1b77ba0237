import { expect } from 'vitest';
import { z } from 'zod';
import type { Web } from '../../src/web/index.ts';
import { type Answer, ask } from './site.ts';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document
export type ApiDocument = any;

export const readDocument = async (web: Web): Promise<ApiDocument> =>
  (await ask(web, '/api/openapi.json')).json;

/** Returns the answer, and fails when it is not what the document says of that route and status. */
export async function documented(
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

function schemaOf(document: ApiDocument, schema: object): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')));
}
