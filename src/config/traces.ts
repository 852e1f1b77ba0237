import type { Variables } from './variables.ts';

/** Where traces go, in OpenTelemetry's own variables. */
export type TracesConfig = {
  /** The collector's address as written. An invalid one is only a warning. */
  endpoint: string;
  /** Sent along with the traces; secret. */
  headers: Record<string, string>;
  service: string;
};

/** Null when no collector is named. Nothing in it is a fault. */
export function tracesConfig(variables: Variables): TracesConfig | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS = '' } = variables;
  if (endpoint === undefined) return null;
  return Object.freeze({
    endpoint,
    headers: readHeaders(OTEL_EXPORTER_OTLP_HEADERS),
    service: variables.OTEL_SERVICE_NAME ?? 'bulk-order',
  });
}

/** Texts that must not be shown: a header's value, also without its `Bearer`, and a password. */
export function secretsOfTraces(traces: TracesConfig | null): string[] {
  if (traces === null) return [];
  const values = Object.values(traces.headers);
  const password = decode(URL.parse(traces.endpoint)?.password ?? '');
  const tokens = values.map((value) => value.split(' ').at(-1) ?? '');
  const secrets = [...new Set([...values, ...tokens, password])];
  // Masking shorter ones (a tenant's number, a flag) would spoil half the log.
  return secrets.filter((secret) => secret.length >= 4);
}

/** `name=value,name=value`, percent-encoded. Other parts are left out. */
function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())]] : [];
  });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
