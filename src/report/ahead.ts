import { openSlots } from '../timing/index.ts';

/** Other readers of the database wait for at most this many pages. */
const inSlot = openSlots(2);

/**
 * Asks for the next page before this one is used up: the database works while we do. Of all files
 * together it reads two at a time, however many people fetch some.
 */
export async function* ahead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = ask(pages);
  try {
    while (true) {
      const { done, value } = await next;
      if (done) return;
      next = ask(pages);
      yield value;
    }
  } finally {
    // When the reader stops, the requested page still arrives, and goes unread.
    await next.catch(() => {});
    await pages.return(undefined);
  }
}

function ask<T>(pages: AsyncGenerator<T>): Promise<IteratorResult<T, unknown>> {
  const page = inSlot(() => pages.next());
  // A failure is thrown where the page is awaited; until then it is not an unhandled one.
  page.catch(() => {});
  return page;
}
