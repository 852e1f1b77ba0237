/** A scrape, as Prometheus reads it: each series with its value. */
export type Scrape = {
  /** The series' value; undefined when there is none of that name and these labels. */
  value(name: string, labels?: Record<string, string>): number | undefined;
  /** Names and kinds of all metrics, with or without a value. */
  kinds: Map<string, string>;
  /** The labels of each series that has a value. */
  labels: Map<string, string[]>;
};

export async function scrape(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`, { headers });
  if (!response.ok) throw new Error(`The scrape was answered with ${response.status}.`);
  return readScrape(await response.text());
}

export function readScrape(text: string): Scrape {
  const series = new Map<string, number>();
  const kinds = new Map<string, string>();
  const labelsOf = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name && kind) kinds.set(name, kind);
    const [, metric, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!metric) continue;
    series.set(`${metric} ${labels.split(',').sort()}`, Number(value));
    labelsOf.set(metric, labels.match(/\w+(?==)/g) ?? []);
  }
  return {
    kinds,
    labels: labelsOf,
    value(name, labels = {}) {
      const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return series.get(`${name} ${written.sort()}`);
    },
  };
}
