/** A server that tests may use, or the sentence that says why there is none. */
export type Server = { url: string } | { missing: string };

/** What a test's own ledger begins as a copy of. */
export type LedgerTemplates = {
  /** Of an embedded one. */
  folder: string;
  /** On the server, by name; empty when there is no server. */
  database: string;
};

/** What the global setup hands over to each test file, by `inject`. */
declare module 'vitest' {
  interface ProvidedContext {
    /** Sets this run's databases apart from those of another run on the same server. */
    runId: string;
    /** Everything that tests write to disk lies in here; it is gone when the run has ended. */
    runFolder: string;
    postgres: Server;
    ledgerTemplates: LedgerTemplates;
    redis: Server;
  }
}
