import type { AddressInfo } from 'node:net';

/** Where a server of this process is reached from this machine, without a slash at the end. */
export function serverUrl({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
