/**
 * Connections of orders and lists, opened before undici is asked for anything: connecting takes an
 * unknown time, and an order leaves at its moment. undici gets each connection once and cannot open
 * any, so a request that undici repeats finds none.
 *
 * Any connection serves any request: all are new and lead to the same server.
 */
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { type Connected, OrderSocket } from './order-socket.ts';
import { connectOptions, type PoolOptions } from './pool.ts';
import { UnderTls } from './under-tls.ts';

export type Connections = {
  /** Never rejects. */
  open(): Promise<Connected | { error: unknown }>;
  /**
   * Offers the connection to undici. Dispatch the request right after: undici takes the oldest
   * offer. Null: the server has closed the connection or said something, and an order written to it
   * would be in doubt.
   */
  ready(connected: Connected): OrderSocket | null;
  /** Cuts the connection, and takes back an offer. */
  drop(connection: OrderSocket): void;
  /** undici calls this when it wants a connection. */
  hand: buildConnector.connector;
};

export function openConnections(
  options: Pick<PoolOptions, 'origin' | 'timeoutMs' | 'lookup' | 'mostBytes'>,
): Connections {
  const connect = buildConnector(connectOptions(options));
  const { protocol, host, hostname, port } = new URL(options.origin);
  const isTls = protocol === 'https:';
  // Without the brackets of an IPv6 address.
  const name = hostname.replace(/^\[|\]$/g, '');
  const address = { host, hostname: name, port: port || (isTls ? '443' : '80') };
  const ready = new Set<OrderSocket>();

  const reach = (over: Pick<buildConnector.Options, 'protocol' | 'httpSocket'>) =>
    new Promise<Socket>((settle, fail) => {
      connect({ ...address, ...over }, (error, socket) => (socket ? settle(socket) : fail(error)));
    });

  return {
    async open() {
      let tcp: Socket | undefined;
      try {
        tcp = await reach({ protocol: 'http:' });
        if (!isTls) return { socket: tcp, tcp, between: null };
        const between = new UnderTls(tcp);
        // TLS uses only what every stream has.
        const socket = await reach({ protocol, httpSocket: between as unknown as Socket });
        return { socket, tcp, between };
      } catch (error) {
        tcp?.destroy();
        return { error };
      }
    },
    ready(connected) {
      const { socket } = connected;
      if (!socket.readable || !socket.writable || socket.readableLength > 0) {
        socket.destroy();
        return null;
      }
      const connection = new OrderSocket(connected, options.mostBytes);
      ready.add(connection);
      return connection;
    },
    drop(connection) {
      ready.delete(connection);
      connection.cut();
    },
    hand(_address, callback) {
      const [connection] = ready;
      if (connection) ready.delete(connection);
      // undici must return first: it writes the request only then.
      queueMicrotask(() =>
        connection
          ? // undici uses only what every stream has.
            callback(null, connection as unknown as Socket)
          : callback(new Error('no connection is ready'), null),
      );
    },
  };
}
