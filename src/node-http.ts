import type { AddressInfo } from 'node:net';

/**
 * Node's own module. To `import` it would read each of its names, and one of them loads a WebSocket
 * that nobody uses: a tenth of what a worker takes to start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');

/** Where a server of this process is reached from this machine, without a slash at the end. */
export function serverUrl({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
