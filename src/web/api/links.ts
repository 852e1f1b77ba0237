import type { Asked } from '../context.ts';

type PageLink = { rel: 'next' | 'prev'; name: 'after' | 'before'; value: number | null };
type Paged = { request: { url: string }; reply: Asked['reply'] };

/** Where the pages beside this one are, in the header `Link`, as lists elsewhere have it. */
export function linkPages({ request, reply }: Paged, ...pages: PageLink[]): void {
  const links = pages.flatMap(({ rel, name, value }) => {
    if (value === null) return [];
    const link = new URL(request.url, 'http://localhost');
    for (const each of ['after', 'before']) link.searchParams.delete(each);
    link.searchParams.set(name, String(value));
    return `<${link.pathname}${link.search}>; rel="${rel}"`;
  });
  if (links.length > 0) reply.header('link', links.join(', '));
}

/** A page of what was read, which is one item more than it holds, and where the next begins. */
export function pageOf<Item>(
  asked: Paged,
  read: Item[],
  limit: number,
  placeOf: (item: Item) => number,
) {
  const items = read.slice(0, limit);
  const last = read.length > limit ? items.at(-1) : undefined;
  const next = last === undefined ? null : placeOf(last);
  linkPages(asked, { rel: 'next', name: 'after', value: next });
  return { items, next };
}
