import type { TracesConfig } from '../config/index.ts';
import type { Log } from '../log.ts';
import type { Traces } from './traces.ts';

/**
 * Opens the connection to the collector, or none when no collector is named: then OpenTelemetry is
 * not loaded at all. A fault of the collector is only a warning. The address is never logged: it
 * may hold a token.
 */
export async function openTraces(
  config: TracesConfig | null,
  log: Log,
): Promise<Traces | undefined> {
  if (config === null) return undefined;
  const url = urlOf(config.endpoint);
  if (url === null) {
    log.warn(
      'OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https address, such as ' +
        'http://127.0.0.1:4318: there are no traces. Orders are placed all the same.',
    );
    return undefined;
  }
  const { openExport } = await import('./export.ts');
  return openExport({ ...config, url }, log);
}

/** Where the collector takes traces, after the rule of OpenTelemetry. */
function urlOf(endpoint: string): string | null {
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.pathname = url.pathname.replace(/\/*$/, '/v1/traces');
  return url.href;
}
