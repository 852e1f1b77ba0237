/** Adds a fault when the address has another protocol or cannot be read. */
export function checkUrl(name: string, url: unknown, protocols: string[], faults: string[]): void {
  if (typeof url !== 'string') return;
  // The address may hold a password, so a fault does not repeat it.
  if (!protocols.some((protocol) => url.toLowerCase().startsWith(`${protocol}//`))) {
    faults.push(
      `${name} is not an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
  } else if (!canDecode(url)) {
    faults.push(
      `${name} is not an address that can be read. A special character in its user or ` +
        'password must be written percent-encoded: %25 for %, %2F for /, %23 for #.',
    );
  }
}

export function parsed(url: string | undefined): URL | undefined {
  return url && URL.canParse(url) ? new URL(url) : undefined;
}

/** Traffic within this machine needs no encryption. */
export function isLoopback(url: URL | undefined): boolean {
  return url !== undefined && isLoopbackHost(url.hostname);
}

/** A name or an address, with or without the brackets of an address. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}

/** PostgreSQL's addresses may also name the host in their query. */
export function passwordsOf(address: string | undefined): string[] {
  const url = parsed(address);
  if (!url) return [];
  const passwords = [decodeURIComponent(url.password), ...url.searchParams.getAll('password')];
  return passwords.filter((password) => password !== '');
}

/** How to encrypt the connection, by protocol. */
const SAFE: Record<string, string> = {
  'postgres:': 'Add ?sslmode=verify-full',
  'postgresql:': 'Add ?sslmode=verify-full',
  'redis:': 'Use rediss://',
  'http:': 'Use https://',
};

/**
 * Warns that others can read the traffic to that server; null: they cannot. A name without a dot is
 * in a private network of containers.
 */
export function plainTextWarning(name: string, address: string | undefined): string | null {
  const url = parsed(address);
  const how = SAFE[url?.protocol ?? ''];
  if (!url || !how || isLoopback(url) || !url.hostname.includes('.')) return null;
  const tls = url.searchParams.get('sslmode') ?? 'disable';
  if (/^postgres/.test(url.protocol) && tls !== 'disable') return null;
  return (
    `${name} names ${url.hostname} without TLS: ` +
    `passwords and orders travel in the clear. ${how}.`
  );
}

function canDecode(url: string): boolean {
  try {
    const { username, password } = new URL(url);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
