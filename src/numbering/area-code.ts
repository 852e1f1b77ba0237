export const KINDS = ['geographic', 'toll-free', 'non-geographic'] as const;

export type AreaCode = {
  /** Three digits. */
  code: string;
  kind: (typeof KINDS)[number];
  /** ISO 3166, such as `US`; null where it serves all countries of the numbering plan. */
  country: string | null;
  /** States or provinces, by two letters; none outside the US and Canada. */
  regions: readonly string[];
  /** The day on which it came or comes into service, `YYYY-MM-DD`; null: not decided. */
  since: string | null;
  /** The codes that serve the same place or a part of it, also those not yet in service. */
  overlays: readonly string[];
};

/** What NANPA's report says. */
export type AreaCodes = {
  /** The report's own date, `YYYY-MM-DD`. */
  fileDate: string;
  /** Of the report as it was served, hex. */
  sha256: string;
  /** In the order of their digits. */
  codes: readonly AreaCode[];
};
