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
  const page = withFreeSlot(() => pages.next());
  // A failure is thrown where the page is awaited; until then it is not an unhandled one.
  page.catch(() => {});
  return page;
}

/** Other readers of the database wait for at most this many pages. */
let free = 2;
const waiting: (() => void)[] = [];

async function withFreeSlot<T>(read: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((go) => waiting.push(go));
  try {
    return await read();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}
