import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { certificate, privateKey } from '../support/certificate.ts';
import { listenHere } from '../support/listen-here.ts';

/** What a server does with a connection. Closing the server cuts an open one. */
export type Script = {
  /** As soon as a connection is there, before anything is read. */
  connected?: (socket: Socket) => void;
  /** Once a whole request head has been read. */
  asked?: (socket: Socket, head: string) => void;
  /** Speaks TLS; `{}` for the test certificate and Node's defaults. */
  tls?: TlsOptions;
};

const END = '\r\n\r\n';

/** A server of bytes on its own port; it counts the bytes that reach it. */
export async function rawServer(script: Script) {
  const heads: string[] = [];
  let bytes = 0;
  const serve = (socket: Socket) => {
    let unread = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      unread += chunk.toString('latin1');
      for (let end = unread.indexOf(END); end >= 0; end = unread.indexOf(END)) {
        const head = unread.slice(0, end);
        unread = unread.slice(end + END.length);
        heads.push(head);
        script.asked?.(socket, head);
      }
    });
    script.connected?.(socket);
  };
  const server = script.tls
    ? createTlsServer({ cert: certificate, key: privateKey, ...script.tls }, serve)
    : createServer(serve);
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
  });
  const { port, sockets, close } = await listenHere(server);
  return {
    port,
    url: script.tls ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`,
    /** Every whole request head, in order of arrival. */
    heads,
    /** Bytes that the server's code has read, decrypted. */
    bytes: () => bytes,
    cut(how: 'fin' | 'rst') {
      for (const socket of sockets) how === 'fin' ? socket.destroy() : socket.resetAndDestroy();
    },
    [Symbol.asyncDispose]: close,
  };
}

/** One HTTP answer with its length, after which the connection is ended. */
export function reply(body: string | Buffer, status = 200, headers: Record<string, string> = {}) {
  return (socket: Socket) => {
    const bytes = Buffer.from(body);
    const lines = Object.entries({ 'content-length': `${bytes.length}`, ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${head}\r\n`), bytes]));
  };
}

/** Writes these bytes, then ends, resets, leaves (under TLS: without close_notify) or waits. */
export function write(text: string, then: 'fin' | 'rst' | 'gone' | 'wait') {
  return (socket: Socket) => {
    socket.write(text, 'latin1', () => {
      if (then === 'fin') socket.end();
      if (then === 'rst') socket.resetAndDestroy();
      if (then === 'gone') socket.destroy();
    });
  };
}

/** An answer with its length. The status may have words: `200 OK`. Each field ends with CRLF. */
export const http = (body: string, status = '200 OK', fields = '') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${fields}\r\n${body}`;

/** An answer in chunks, with words beside the length of each, and after the last length. */
export function inChunks(
  pieces: string[],
  { status = '200 OK', beside = '', atEnd = '' } = {},
): string {
  const chunks = pieces.map((it) => `${it.length.toString(16)}${beside}\r\n${it}\r\n`);
  const head = `HTTP/1.1 ${status}\r\ntransfer-encoding: chunked\r\n\r\n`;
  return `${head}${chunks.join('')}0${atEnd}\r\n\r\n`;
}

/** The second part comes when the first has long been read. */
export const inTwoParts = (first: string, second: string) => (socket: Socket) => {
  socket.setNoDelay();
  socket.write(first, () => setTimeout(() => socket.end(second), 20));
};
