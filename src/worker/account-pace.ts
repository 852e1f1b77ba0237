import { isQueuePaused, type Ledger, noteLate, takeMoments } from '../ledger/index.ts';
import { openPace, type Pace, type PaceOptions } from '../pace/index.ts';
import { type OrderQueue, restQueue, setLimit } from '../queue/index.ts';

/** The pace of an account: the ledger gives its moments, and the queue gives out as many jobs. */
export function openAccountPace(
  { ledger, queue, accountId }: { ledger: Ledger; queue: OrderQueue; accountId: number },
  clock: Pick<PaceOptions, 'now' | 'sleep'>,
): Pace {
  const isPaused = () => isQueuePaused(ledger, accountId);
  let lastRate: number | null | undefined;
  return openPace({
    async take(count) {
      const moments = await takeMoments(ledger, accountId, count);
      // The sweep sets the limit too, but up to a second later.
      if (lastRate !== undefined && lastRate !== moments.rate)
        setLimit(queue, moments.rate, isPaused).catch(() => {});
      lastRate = moments.rate;
      return moments;
    },
    noteLate: (late) => noteLate(ledger, accountId, late),
    onBacklog: (ms) => restQueue(queue, ms).catch(() => {}),
    ...clock,
  });
}
