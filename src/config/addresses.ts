import { BlockList, isIP } from 'node:net';
import { readRedisUrl } from './redis-address.ts';

/** Adds a fault when the address has another protocol or cannot be read. */
export function checkUrl(name: string, url: unknown, protocols: string[], faults: string[]): void {
  if (typeof url !== 'string') return;
  // The address may hold a password, so a fault does not repeat it.
  if (!protocols.some((protocol) => url.toLowerCase().startsWith(`${protocol}//`))) {
    faults.push(
      `${name} is not an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
  } else if (!canDecode(parsed(url))) {
    faults.push(
      `${name} is not an address that can be read. A special character in its user or ` +
        'password must be written percent-encoded: %25 for %, %2F for /, %23 for #.',
    );
  }
}

/**
 * Checks the web address of `name`, over which `what` travels. It must be encrypted outside this
 * machine. Returns the address when it can be read.
 */
export function checkWebUrl(
  name: string,
  url: string | undefined,
  what: string,
  faults: string[],
): URL | undefined {
  checkUrl(name, url, ['https:', 'http:'], faults);
  const address = parsed(url);
  if (address?.protocol === 'http:' && !isLoopback(address)) {
    faults.push(
      `${name} is an http address on ${address.hostname}: ` +
        `${what} would travel in the clear. Use https.`,
    );
  }
  return address;
}

export function parsed(url: string | undefined): URL | undefined {
  return url && URL.canParse(url) ? new URL(url) : undefined;
}

/** Traffic within this machine needs no encryption. */
export function isLoopback(url: URL | undefined): boolean {
  return url !== undefined && isLoopbackHost(url.hostname);
}

/** A name that no other machine can have, or an address, with or without its brackets. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** PostgreSQL's addresses may also have the password in their query. */
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
  'redis+cluster:': 'Use rediss+cluster://',
  'redis+sentinel:': 'Use rediss+sentinel://',
  'http:': 'Use https://',
};

/**
 * Warns that others can read the traffic to that server; null: they cannot. A name without a dot is
 * in a private network of containers.
 */
export function plainTextWarning(name: string, address: string | undefined): string | null {
  const protocol = /^[a-z+]+:/i.exec(address ?? '')?.[0].toLowerCase() ?? '';
  const how = SAFE[protocol];
  if (address === undefined || !how) return null;
  const open = hostsOf(protocol, address).find(
    (host) => /[.:]/.test(host) && !isLoopbackHost(host),
  );
  if (open === undefined) return null;
  return `${name} names ${open} without TLS: passwords and orders travel in the clear. ${how}.`;
}

/** The servers that an address names, as the driver understands it; none where TLS is on. */
function hostsOf(protocol: string, address: string): string[] {
  if (protocol.startsWith('redis')) {
    const read = readRedisUrl(address);
    return 'fault' in read || read.tls !== null ? [] : read.servers.map(({ host }) => host);
  }
  const url = parsed(address);
  if (!url) return [];
  if (!protocol.startsWith('postgres')) return [url.hostname];
  if ((url.searchParams.get('sslmode') ?? 'disable') !== 'disable') return [];
  return (url.searchParams.get('host') ?? url.hostname).split(',');
}

/** Whether it is an address whose user and password can be read; they are percent-encoded. */
export function canDecode(url: URL | undefined): url is URL {
  if (!url) return false;
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

/** The addresses of proxies that may say who asks. */
export type ProxyAddresses = { has(address: string | undefined): boolean };

/**
 * Reads addresses and networks, such as `10.0.0.7, 10.1.0.0/16, ::1`. Adds a fault for each that
 * cannot be read. A network of all addresses is refused: anyone could then sign in as anyone.
 */
export function readProxyAddresses(text: string, faults: string[]): ProxyAddresses {
  // Two lists: in one, a wide IPv6 network would match IPv4 addresses, too.
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const [at, source] of text.split(',').entries()) {
    const [address = '', bits, ...more] = source.trim().split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const width = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (version === 0 || width < 1 || width > most || more.length > 0) {
      faults.push(
        `PROXY_SIGN_IN_FROM, part ${at + 1}: it must be an address or a network, ` +
          'such as 10.0.0.7 or 10.1.0.0/16.',
      );
    } else if (version === 4) lists[4].addSubnet(address, width, 'ipv4');
    else lists[6].addSubnet(address, width, 'ipv6');
  }
  return {
    has(address = '') {
      const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
      if (isIP(plain) === 4) return lists[4].check(plain, 'ipv4');
      return isIP(plain) === 6 && lists[6].check(plain, 'ipv6');
    },
  };
}
