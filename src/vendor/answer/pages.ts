/** Whether a field of a head, `name: value`, speaks of pages or counts: what came may be a part. */
export function isOfPages(field: string): boolean {
  const name = /^link:/i.test(field) ? field : field.replace(/:.*/s, '');
  return OF_PAGES.test(name.replace(USUAL, '|'));
}

/** Anywhere in a name: HTTP does not tell `X-NextPage` from `x-nextpage`. */
const OF_PAGES = new RegExp(
  [
    'range|total|count|pag(?:e|in)|next|last|prev|first|cursor|offset|more',
    'partial|trunc|continu|^(?:x-)?(?:limit|remaining)$',
    '(?:list|result|record|item|row)s?-?(?:limit|remain)',
  ].join('|'),
  'i',
);
/** Fields of any answer, and words that have one of those in them. */
const USUAL = new RegExp(
  [
    '^(?:accept-ranges|last-modified)$|^[\\w-]*rate-?limit[\\w-]*$|page-?speed|first-?byte',
    'next-?(?:js|cache)|account|country|discount|elastic|prevent|orange',
  ].join('|'),
  'gi',
);
