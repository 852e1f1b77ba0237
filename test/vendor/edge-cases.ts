/**
 * What can happen to an order on its way, as measured on undici 8. Each case has a server's script,
 * the outcome, and how often the server's code sees the order.
 */
import type { Socket } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import type { Outcome, VendorOptions } from '../../src/vendor/index.ts';
import { certificate } from '../support/certificate.ts';
import { SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply, type Script, write } from './raw-server.ts';
import { failure, SEED_ANSWER } from './seed-answer.ts';

export type EdgeCase = Script & {
  title: string;
  outcome: Outcome;
  seen: 0 | 1;
  /** The client trusts the server's certificate. */
  trusted?: true;
  /** The error's code, where a case could fail for another reason. */
  why?: string;
  /** The URL that the client uses, when it is not the server's own. */
  url?: (port: number) => string;
  /** Just before the first byte: cut every connection. */
  cutAtStart?: 'fin' | 'rst';
  /** The case ends by the time-out. */
  timeoutMs?: number;
};

const OK = 'HTTP/1.1 200 OK\r\n';
const LENGTH = `${OK}content-length: ${SEED_ANSWER.length}\r\n`;
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
const HALF = SEED_ANSWER.slice(0, SEED_ANSWER.length / 2);
const hex = (text: string) => text.length.toString(16);
const CHUNK = `${hex(SEED_ANSWER)}\r\n${SEED_ANSWER}\r\n`;
const SOON = 1_000;

/** Nothing reaches a server: the order may be sent again. */
export const BEFORE_THE_FIRST_BYTE = cases('not_sent', 0, [
  { title: 'a name that does not exist', url: () => 'http://nowhere.invalid' },
  {
    title: 'a TLS server that is silent',
    why: 'UND_ERR_CONNECT_TIMEOUT',
    url: secure,
    timeoutMs: SOON,
  },
  {
    title: 'TLS cut in the handshake by FIN',
    why: 'ECONNRESET',
    url: secure,
    connected: (socket) => socket.end(),
  },
  {
    title: 'TLS reset in the handshake',
    why: 'ECONNRESET',
    url: secure,
    connected: (socket) => socket.once('data', () => socket.resetAndDestroy()),
  },
  {
    title: 'TLS to a plain port',
    why: 'ERR_SSL_WRONG_VERSION_NUMBER',
    url: secure,
    connected: (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  },
  { title: 'a self-signed certificate', why: 'DEPTH_ZERO_SELF_SIGNED_CERT', tls: {} },
  {
    title: 'a certificate for another name',
    why: 'ERR_TLS_CERT_ALTNAME_INVALID',
    tls: {},
    trusted: true,
    url: (port: number) => `https://127.0.0.1:${port}`,
  },
  {
    title: 'a server with TLS 1.1 at most',
    why: 'PROTOCOL_VERSION',
    tls: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    trusted: true,
  },
  {
    title: 'TLS 1.2 that asks for a client certificate',
    why: 'HANDSHAKE_FAILURE',
    tls: { maxVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true },
    trusted: true,
  },
]);

/** Something was handed over and no complete answer came. */
export const AFTER_THE_FIRST_BYTE = cases('unknown', 1, [
  {
    title: 'TLS 1.3 that asks for a client certificate, noticed after the write',
    tls: { minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: true },
    trusted: true,
    seen: 0,
  },
  { title: 'closed unread', cutAtStart: 'fin', seen: 0 },
  { title: 'reset unread', cutAtStart: 'rst', seen: 0 },
  { title: 'read, then FIN', asked: write('', 'fin') },
  { title: 'read, then reset', asked: write('', 'rst') },
  { title: 'FIN within the headers', asked: write(`${OK}content-len`, 'fin') },
  { title: 'reset within the headers', asked: write(`${OK}content-len`, 'rst') },
  { title: 'FIN within the body', asked: write(`${LENGTH}\r\n${HALF}`, 'fin') },
  { title: 'reset within the body', asked: write(`${LENGTH}\r\n${HALF}`, 'rst') },
  {
    title: 'a short body and Connection: close',
    asked: write(`${LENGTH}connection: close\r\n\r\n${HALF}`, 'fin'),
  },
  { title: 'FIN within a chunk', asked: write(CHUNKED + CHUNK.slice(0, 99), 'fin') },
  { title: 'no last chunk', asked: write(CHUNKED + CHUNK, 'fin') },
  {
    title: 'no last chunk and Connection: close',
    asked: write(`${OK}connection: close\r\ntransfer-encoding: chunked\r\n\r\n${CHUNK}`, 'fin'),
  },
  { title: 'garbage', asked: write('\u0000\u0001 what?\r\n\r\n', 'fin') },
  { title: 'an answer of HTTP/0.9', asked: write(SEED_ANSWER, 'fin') },
  { title: 'a chunk without a length', asked: write(`${CHUNKED}zz\r\n${SEED_ANSWER}`, 'fin') },
  { title: 'two lengths', asked: write(`${LENGTH}content-length: 7\r\n\r\n${SEED_ANSWER}`, 'fin') },
  {
    title: 'a length and chunks',
    asked: write(`${LENGTH}transfer-encoding: chunked\r\n\r\n${CHUNK}0\r\n\r\n`, 'fin'),
  },
  { title: 'status 100', asked: write(`HTTP/1.1 100 Continue\r\n\r\n${LENGTH}\r\n`, 'fin') },
  {
    title: 'status 101',
    asked: write('HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', 'fin'),
  },
  { title: 'a body over 64 kB', asked: reply(failure('x'.repeat(70_000))) },
  { title: 'headers over 16 kB', asked: reply(SEED_ANSWER, 200, { 'x-long': 'x'.repeat(20_000) }) },
]);

/** The same, by the time-out. */
export const TIMED_OUT = cases('unknown', 1, [
  { title: 'no answer', asked: write('', 'wait'), timeoutMs: SOON },
  { title: 'headers that stop', asked: write(OK, 'wait'), timeoutMs: SOON },
  { title: 'a body that stops', asked: write(`${LENGTH}\r\n${HALF}`, 'wait'), timeoutMs: SOON },
  { title: 'a body that drips without end', asked: drip, timeoutMs: SOON },
  {
    title: 'an informational answer, and no other',
    asked: write('HTTP/1.1 103 Early Hints\r\n\r\n', 'wait'),
    timeoutMs: SOON,
  },
]);

/** A complete HTTP answer came that proves nothing. */
export const ANSWERED_WITHOUT_PROOF = cases('unknown', 1, [
  ...[201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 408, 500, 502, 503, 504].map((status) => ({
    title: `status ${status}`,
    // 204 has no body by definition.
    asked: reply(status === 204 ? '' : SEED_ANSWER, status, { location: 'http://127.0.0.1:9/' }),
  })),
  { title: 'an empty 200', asked: reply('') },
  { title: 'a page in HTML', asked: reply('<html><body>Down for maintenance</body></html>') },
  { title: 'an undelimited body cut by FIN', asked: write(`${OK}\r\n${HALF}`, 'fin') },
  { title: 'an undelimited body cut by a reset', asked: write(`${OK}\r\n${HALF}`, 'rst') },
  {
    title: 'an undelimited body cut under TLS, without close_notify',
    tls: {},
    trusted: true,
    asked: write(`${OK}connection: close\r\n\r\n${HALF}`, 'gone'),
  },
]);

/** A complete HTTP answer came that is proof. */
export const ANSWERED_WITH_PROOF = cases('filled', 1, [
  { title: 'a body with its length', asked: reply(SEED_ANSWER) },
  { title: 'a body in chunks', asked: write(`${CHUNKED}${CHUNK}0\r\n\r\n`, 'fin') },
  { title: 'an undelimited body', asked: write(`${OK}\r\n${SEED_ANSWER}`, 'fin') },
  {
    title: 'an answer after informational ones',
    asked: write(
      `HTTP/1.1 102 X\r\n\r\nHTTP/1.1 103 X\r\nlink: x\r\n\r\n${LENGTH}\r\n${SEED_ANSWER}`,
      'fin',
    ),
  },
  { title: 'an answer over TLS', tls: {}, trusted: true, asked: reply(SEED_ANSWER) },
]);

/** Sends the vendor's example order into a case, over the wire. */
export async function runEdgeCase(edge: EdgeCase, options: Partial<VendorOptions> = {}) {
  setDefaultCACertificates(edge.trusted ? [certificate] : []);
  let cutting = false;
  await using server = await rawServer({
    ...edge,
    connected(socket) {
      if (edge.cutAtStart) socket.pause();
      if (cutting) edge.cutAtStart === 'fin' ? socket.destroy() : socket.resetAndDestroy();
      edge.connected?.(socket);
    },
  });
  await using vendor = vendorAt(edge.url?.(server.port) ?? server.url, {
    ...(edge.timeoutMs && { timeoutMs: edge.timeoutMs }),
    ...options,
  });
  let starts = 0;
  const answer = await vendor.order(
    { ...SEED_ORDER, fillQuantity: false },
    {
      mayStart() {
        starts += 1;
        cutting = edge.cutAtStart !== undefined;
        if (edge.cutAtStart) server.cut(edge.cutAtStart);
        return true;
      },
    },
  );
  return { answer, starts, heads: server.heads.length };
}

/** What the vendor's example order comes to at a server that answers so. */
export async function answered(
  asked: (socket: Socket, head: string) => void,
  script: Partial<EdgeCase> = {},
) {
  const edge = { title: '', outcome: 'unknown', seen: 1, trusted: true, ...script } as const;
  return (await runEdgeCase({ ...edge, asked })).answer;
}

type Untold = Omit<EdgeCase, 'outcome' | 'seen'> & { seen?: 0 | 1 };

function cases(outcome: Outcome, seen: 0 | 1, list: Untold[]): EdgeCase[] {
  return list.map((edgeCase) => ({ outcome, seen, ...edgeCase }));
}

function drip(socket: Socket): void {
  socket.write(`${OK}content-length: 9000\r\n\r\n`);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.on('close', () => clearInterval(timer));
}

function secure(port: number): string {
  return `https://localhost:${port}`;
}
