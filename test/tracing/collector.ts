import type { IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import { httpHere } from '../support/http-here.ts';

export type CollectedSpan = {
  traceId: string;
  spanId: string;
  /** Empty: it has no parent. */
  parentSpanId?: string;
  name: string;
  /** ns, as digits. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  links: { traceId: string; spanId: string }[];
  status: { code: number };
  service: string;
};

export type Collector = {
  /** Without a path, as in OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  /** All spans that came, by their beginning. */
  spans(): CollectedSpan[];
  /** All bodies that came. */
  text(): string;
  /** Of the last request. */
  headers(): IncomingHttpHeaders;
  close(): Promise<void>;
};

/** Takes traces by OTLP over HTTP in JSON and keeps them. It closes at the end of the test. */
export async function openCollector(): Promise<Collector> {
  const bodies: Body[] = [];
  let headers: IncomingHttpHeaders = {};
  const { url, close } = await httpHere(async (request, response) => {
    headers = request.headers;
    if (`${request.method} ${request.url}` !== 'POST /v1/traces') {
      return response.writeHead(404).end();
    }
    bodies.push((await json(request)) as Body);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return {
    url,
    spans: () => bodies.flatMap(spansIn).sort(byBeginning),
    text: () => JSON.stringify(bodies),
    headers: () => headers,
    close,
  };
}

type Body = {
  resourceSpans: {
    resource: Pick<CollectedSpan, 'attributes'>;
    scopeSpans: { spans: Omit<CollectedSpan, 'service'>[] }[];
  }[];
};

function spansIn({ resourceSpans }: Body): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name');
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service: service?.value.stringValue ?? '' })),
    );
  });
}

const byBeginning = (a: CollectedSpan, b: CollectedSpan) =>
  Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano));

/** The attributes of a span, by their names without the prefix. */
export function factsOf({ attributes }: CollectedSpan): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key.replace('bulk_order.', ''), Object.values(value)[0]]),
  );
}

/** The span without a parent among these. */
export function topOf(spans: CollectedSpan[]): CollectedSpan {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.find(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId))!;
}

/** A trace as a tree of names, each with its parts by their beginning. */
export type Tree = [string, ...Tree[]];

export function treeOf(spans: CollectedSpan[], of: CollectedSpan): Tree {
  const parts = spans.filter(({ parentSpanId }) => parentSpanId === of.spanId);
  return [of.name, ...parts.map((part) => treeOf(spans, part))];
}
