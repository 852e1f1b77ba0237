/**
 * What is wrong with a value of NODE_DEBUG, or null. With one of these sections, undici or Node
 * prints whole URLs to stderr, and this vendor's URLs hold both keys. Node reads the variable while
 * it starts (measured), so the program can only refuse to run.
 */
export function keyPrintingDebug(nodeDebug: string | undefined): string | null {
  const sections = (nodeDebug ?? '').split(',').map((section) => section.trim());
  const leaking = sections.filter((section) => LEAKY.some((name) => selects(section, name)));
  if (leaking.length === 0) return null;
  return (
    `NODE_DEBUG contains "${leaking.join(',')}", which prints the vendor's keys to stderr. ` +
    'Unset NODE_DEBUG and start again.'
  );
}

const LEAKY = ['undici', 'fetch', 'http', 'https', 'http2'];

/** Node's own reading of one section: any case, `*` for any text. */
function selects(section: string, name: string): boolean {
  const pattern = section.replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`, 'i').test(name);
}
