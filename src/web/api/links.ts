import type { FastifyReply, FastifyRequest } from 'fastify';

type Turn = { rel: 'next' | 'prev'; name: 'after' | 'before'; value: number | null };

/** Where the pages beside this one are, in the header `Link`, as lists elsewhere have it. */
export function linkPages({ url }: FastifyRequest, reply: FastifyReply, turns: Turn[]): void {
  const links = turns.flatMap(({ rel, name, value }) => {
    if (value === null) return [];
    const page = new URL(url, 'http://localhost');
    for (const each of ['after', 'before']) page.searchParams.delete(each);
    page.searchParams.set(name, String(value));
    return `<${page.pathname}${page.search}>; rel="${rel}"`;
  });
  if (links.length > 0) reply.header('link', links.join(', '));
}
