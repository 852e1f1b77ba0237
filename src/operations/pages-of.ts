/** All items of a list that comes in pages. `next`: what the next page comes after; null: none. */
export async function pagesOf<Item>(
  page: (after: number) => Promise<{ items: Item[]; next: number | null }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { items, next }: { items: Item[]; next: number | null } = await page(after);
    all.push(...items);
    after = next;
  }
  return all;
}
