import { tellNews } from '../../jobs/tell-news.ts';
import type { Config } from '../config/index.ts';
import { doneWithin } from '../done-within.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { openMessenger } from '../notice/index.ts';
import { keepUp } from './upkeep.ts';

/** Tells of what happens, beside the workers of a process; none of them waits for it. */
export type Teller = {
  start(): void;
  /** Tells what is left to be told, for a moment. */
  stop(): Promise<void>;
};

const TELL_EVERY_MS = 2_000;
const LAST_WORDS_MS = 3_000;

/** Where nobody is to be told, it does nothing. */
export function openTeller({ notices }: Config, ledger: Ledger, log: Log): Teller {
  if (notices === null) return { start: () => {}, stop: async () => {} };
  const messenger = openMessenger(notices);
  const stopping = new AbortController();
  const tell = () => tellNews({ ledger, messenger, log, stopped: stopping.signal });
  let end: (() => Promise<void>) | undefined;
  return {
    start() {
      end = keepUp(TELL_EVERY_MS, log, tell);
    },
    async stop() {
      if (!end) return;
      const lastWords = end()
        .then(tell)
        .catch((err) => log.warn({ err }, 'not all notices could be told'));
      await doneWithin(LAST_WORDS_MS, lastWords);
      stopping.abort();
      await doneWithin(LAST_WORDS_MS, lastWords);
    },
  };
}
