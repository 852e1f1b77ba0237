import { type Html, html } from '../pages/html.ts';

type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
};

type Content = Record<string, { schema?: Schema }>;

export type ApiOperation = {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema: Schema;
  }[];
  requestBody?: { required?: boolean; content: Content };
  responses?: Record<string, Response>;
};

type Response = { description?: string; content?: Content };

export type ApiDocument = {
  openapi: string;
  info: { title: string; description?: string };
  paths: Record<string, Record<string, ApiOperation>>;
  components?: { schemas?: Record<string, Schema> };
};

type Entry = { method: string; path: string; operation: ApiOperation };

export function documentContent({ info, paths, components }: ApiDocument): Html {
  const entries = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = Map.groupBy(
    // Those about the API itself come first in the document, and last on the page.
    entries.sort((a, b) => Number(isAbout(a)) - Number(isAbout(b))),
    ({ operation }) => operation.tags?.[0] ?? 'Other',
  );
  return html`<div class="head"><div><h1>API</h1>
<p>${prose(info.description)}</p>
<p>The same for programs: <a href="/api/openapi.json">/api/openapi.json</a>, OpenAPI 3.1.
An error is <code>{"error": {"code", "message", …}}</code>.</p></div></div>
${[...groups].map(([name, group]) => html`<h2>${name}</h2>\n${group.map(entryPart)}`)}
<h2>Documents</h2>
${Object.entries(components?.schemas ?? {}).map(documentPart)}`;
}

function documentPart([name, schema]: [string, Schema]): Html {
  const { description } = schema;
  return html`<section class="card" id="${name}"><header><h3>${name}</h3></header>
${description && html`<div class="body"><p>${prose(description)}</p></div>`}
${fields(`Fields of ${name}`, schema)}</section>
`;
}

const isAbout = ({ operation }: Entry) => operation.tags?.includes('About') ?? false;

/** Text in backticks is code. */
function prose(text = ''): Html {
  const parts = text.split('`');
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function entryPart({ method, path, operation }: Entry): Html {
  const { summary, description, parameters = [], requestBody, responses = {} } = operation;
  const name = `${method.toUpperCase()} ${path}`;
  return html`<section class="card">
<header><h3><code>${name}</code></h3></header>
<div class="body"><p>${prose(`${summary}.`)} ${prose(description)}</p></div>
${
  parameters.length > 0 &&
  table(
    `Parameters of ${name}`,
    parameters.map((each) => ({
      ...each,
      where: each.required ? each.in : `${each.in}, may be absent`,
    })),
  )
}
${
  requestBody &&
  Object.entries(requestBody.content).map(([type, { schema = {} }]) =>
    bodyPart({ type, schema, label: `Body of ${name}` }, requestBody.required),
  )
}
<div class="body"><ul>${Object.entries(responses).map(responseItem)}</ul></div>
</section>
`;
}

function responseItem([status, { description, content = {} }]: [string, Response]): Html {
  const types = Object.values(content).map(({ schema = {} }) => typeOf(schema));
  return html`<li><code>${status}</code> ${description} ${types}</li>`;
}

function bodyPart(
  { type, schema, label }: { type: string; schema: Schema; label: string },
  isRequired = false,
): Html {
  const { properties, anyOf = [] } = schema;
  const object = properties ? schema : anyOf.find((each) => each.properties);
  const what = !object && html`, ${schema.description ?? typeOf(schema)}`;
  const isOptional = !isRequired && ', may be absent';
  return html`<div class="body"><p>Body${isOptional}: <code>${type}</code>${what}</p></div>
${object && fields(`${label}, ${type}`, object)}`;
}

function fields(label: string, { properties = {}, required = [] }: Schema): Html {
  return table(
    label,
    Object.entries(properties).map(([name, schema]) => ({
      name,
      where: required.includes(name) ? '' : 'may be absent',
      description: schema.description,
      schema,
    })),
  );
}

type Row = { name: string; where: string; description?: string | undefined; schema: Schema };

/** A table that is wider than the page can be scrolled, also with keys, so it has a name. */
function table(label: string, rows: Row[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
<table class="fold doc">
<thead><tr><th>name</th><th>where</th><th>holds</th><th>meaning</th></tr></thead><tbody>
${rows.map(tableRow)}</tbody></table></div>
`;
}

function tableRow({ name, where, description, schema }: Row): Html {
  return html`<tr><td><code>${name}</code></td><td>${where}</td><td>${typeOf(schema)}</td>
<td>${prose(description ?? schema.description)}</td></tr>
`;
}

/** A schema in a few words; a named one is a link. */
function typeOf(schema: Schema): Html {
  const { $ref, type, format, items, anyOf, properties } = schema;
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? '';
    return html`<a href="#${name}">${name}</a>`;
  }
  if (schema.enum) return html`${schema.enum.map(String).join(', ')}`;
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`;
  if (anyOf) return html`${anyOf.map((each, at) => html`${at > 0 && ' or '}${typeOf(each)}`)}`;
  if (items) return html`list of ${typeOf(items)}`;
  if (properties) return html`{ ${Object.keys(properties).join(', ')} }`;
  return html`${format ?? [type ?? 'anything'].flat().join(' or ')}`;
}
