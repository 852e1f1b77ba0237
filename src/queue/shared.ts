import { type OrderQueue, openQueue, type QueuePlace } from './open.ts';

export type SharedQueues = {
  /** The account's queue, opened on first use. The caller does not close it. */
  of(account: string): Promise<OrderQueue>;
  close(): Promise<void>;
};

/** One queue per account for all callers. After a failed opening, the next call opens again. */
export function shareQueues(place: QueuePlace): SharedQueues {
  const opened = new Map<string, Promise<OrderQueue>>();
  return {
    of(account) {
      const known = opened.get(account);
      if (known) return known;
      const opening = openQueue(account, place);
      opened.set(account, opening);
      opening.catch(() => opened.delete(account));
      return opening;
    },
    async close() {
      for (const queue of await Promise.allSettled(opened.values())) {
        if (queue.status === 'fulfilled') await queue.value.close();
      }
    },
  };
}
