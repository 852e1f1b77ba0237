import {
  type Attributes,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { doneWithin } from '../timing/index.ts';
import type { Facts, Span, TracedOperation, Traces } from './traces.ts';

type Collector = {
  url: string;
  headers: Record<string, string>;
  /** What this process is called in the traces. */
  service: string;
};

const CLOSE_WITHIN_MS = 2_000;

/** Exports by OTLP over HTTP, in batches. Only this file loads OpenTelemetry. */
export function openExport({ url, headers, service }: Collector, log: Log): Traces {
  const exporter = watched(new OTLPTraceExporter({ url, headers }), log);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': service })),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('bulk-order');
  return {
    begin: (operation, options) => begin(tracer, operation, options),
    async close() {
      // The exporter has already reported its failures.
      const told = provider.shutdown().catch(() => {});
      if (await doneWithin(CLOSE_WITHIN_MS, told)) return;
      log.warn('The collector did not take the last traces within 2 s.');
    },
  };
}

/**
 * Logs when the collector goes away and when it is back; the SDK is silent. It never logs the error
 * itself: that may hold the address.
 */
function watched(exporter: SpanExporter, log: Log): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error && !isAway) {
          const reason = (error as { code?: unknown }).code ?? error.name;
          log.warn({ reason }, 'The collector takes no traces. Orders are placed as usual.');
        }
        if (!error && isAway) log.info('The collector takes traces again.');
        isAway = error !== undefined;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

const KINDS: Partial<Record<TracedOperation, SpanKind>> = {
  'upload plan': SpanKind.SERVER,
  'place order': SpanKind.CONSUMER,
  'call vendor': SpanKind.CLIENT,
};

function begin(
  tracer: Tracer,
  operation: TracedOperation,
  { of, after, from = performance.now(), facts = {} }: Parameters<Traces['begin']>[1] = {},
): Span {
  // For each span: the clocks diverge when the machine sleeps or its time is set.
  const ahead = Date.now() - performance.now();
  const parent = read(of);
  const linked = read(after);
  const span = tracer.startSpan(
    operation,
    {
      ...spanOptions(operation, ahead + from, facts),
      links: linked ? [{ context: linked }] : [],
    },
    parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
  );
  const inside = trace.setSpan(ROOT_CONTEXT, span);
  const end = () => span.end(ahead + performance.now());
  return {
    traceparent: write(span.spanContext()),
    did(operation, from, facts = {}, to = performance.now()) {
      const part = tracer.startSpan(operation, spanOptions(operation, ahead + from, facts), inside);
      part.setStatus(statusOf(facts)).end(ahead + to);
    },
    end(facts = {}) {
      span.setAttributes(attributesOf(facts));
      end();
    },
    fail(error) {
      const code = error instanceof AppError ? error.code : 'internal';
      span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
      end();
    },
  };
}

function spanOptions(operation: TracedOperation, startTime: number, facts: Facts): SpanOptions {
  const kind = KINDS[operation] ?? SpanKind.INTERNAL;
  return { kind, startTime, attributes: attributesOf(facts) };
}

/** The outcomes of a call that are no error. */
const GOOD = ['filled', 'short', 'refused'];

function statusOf({ outcome }: Facts): SpanStatus {
  const isBad = outcome !== undefined && !GOOD.includes(outcome);
  return { code: isBad ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
}

function attributesOf({ status, ...facts }: Facts): Attributes {
  const own = Object.entries(facts).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(own.map(([name, value]) => [`bulk_order.${name}`, value])),
    ...(status ? { 'http.response.status_code': status } : {}),
  };
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function read(traceparent: string | null | undefined): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = '0'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

function write({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
