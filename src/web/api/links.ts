import type { FastifyReply, FastifyRequest } from 'fastify';

type PageLink = { rel: 'next' | 'prev'; name: 'after' | 'before'; value: number | null };

/** Where the pages beside this one are, in the header `Link`, as lists elsewhere have it. */
export function linkPages({ url }: FastifyRequest, reply: FastifyReply, pages: PageLink[]): void {
  const links = pages.flatMap(({ rel, name, value }) => {
    if (value === null) return [];
    const link = new URL(url, 'http://localhost');
    for (const each of ['after', 'before']) link.searchParams.delete(each);
    link.searchParams.set(name, String(value));
    return `<${link.pathname}${link.search}>; rel="${rel}"`;
  });
  if (links.length > 0) reply.header('link', links.join(', '));
}

/** A page out of what was read for it, one item more than it holds, and where the next begins. */
export function pageOf<Item>(read: Item[], limit: number, placeOf: (item: Item) => number) {
  const items = read.slice(0, limit);
  const last = read.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : placeOf(last) };
}
