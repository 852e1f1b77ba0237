import type { TracesConfig } from '../config/index.ts';
import type { Log } from '../log.ts';
import type { Traces } from './traces.ts';

/**
 * Opens the connection to the collector. Without a collector it opens none and does not load
 * OpenTelemetry. A wrong address is only a warning, which does not repeat it: it may hold a token.
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
        'http://127.0.0.1:4318: there are no traces. Orders are placed as usual.',
    );
    return undefined;
  }
  const { openExport } = await import('./export.ts');
  return openExport({ ...config, url }, log);
}

/** The URL for traces, by OpenTelemetry's rule; null when the endpoint is no URL. */
function urlOf(endpoint: string): string | null {
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.pathname = url.pathname.replace(/\/*$/, '/v1/traces');
  return url.href;
}
