/**
 * Phone numbers that an answer names as sold, each once, however it was cut off: those in a whole
 * `<number>` element. They are a hint, and no proof of a sale.
 */
export function namedNumbers(body: string): string[] {
  const found = body.matchAll(/<number>\s*([2-9]\d{9})\s*<\/number>/g);
  return [...new Set([...found].map(([, number]) => number ?? ''))];
}
