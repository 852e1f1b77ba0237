/** Asks for the next page before this one is used up: the database works while we do. */
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
  const page = pages.next();
  // A failure is thrown where the page is awaited; until then it is not an unhandled one.
  page.catch(() => {});
  return page;
}
