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
    // When nobody wants the rest, the page that was asked for is waited for, and goes unread.
    await next.catch(() => {});
    await pages.return(undefined);
  }
}

function ask<T>(pages: AsyncGenerator<T>): Promise<IteratorResult<T, unknown>> {
  const page = inTurn(() => pages.next());
  // A failure is thrown where the page is awaited; until then it is not an unhandled one.
  page.catch(() => {});
  return page;
}

/** Whoever else asks the database waits for no more pages than these. */
let free = 2;
const waiting: (() => void)[] = [];

async function inTurn<T>(read: () => Promise<T>): Promise<T> {
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
