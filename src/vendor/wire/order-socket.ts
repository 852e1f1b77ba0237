/**
 * The connection of one request, as undici gets it. undici drops what it has no use for: words of a
 * status line, what stands beside chunks, bytes beyond the length that the answer announced,
 * another answer. All of it belongs to the request's answer. So every byte is kept, and undici ends
 * only this stream: the socket under it is read until the server closes it, as the request asks
 * with `connection: close`. undici's body is made of the same bytes, so they are in memory once.
 *
 * This costs nothing with a server that closes when it has answered. One that does not is heard for
 * a moment longer. What it sends after that is not heard.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { doneWithin } from '../../done-within.ts';
import type { UnderTls } from './under-tls.ts';

/** How long a server may take to close the connection after its answer, ms. */
export const CLOSES_WITHIN_MS = 1_000;

/** Bytes: more than any answer has beside its body. This many leave doubt, whatever they are. */
const MOST_BESIDE = 196_608;

/** `tcp` carries `socket`, which is TLS over `between` where the address says so, else the same. */
export type Connected = { socket: Socket; tcp: Socket; between: UnderTls | null };

/**
 * How a connection ended:
 *
 *   open    not yet
 *   closed  by the vendor, under TLS with close_notify: it has said all
 *   fin     TLS by a bare FIN, which anybody on the way may have sent
 *   cut     by a reset or another fault, which may have thrown away what was on its way
 */
export type End = 'open' | 'closed' | 'fin' | 'cut';

/** `isWhole`: all that came was kept. */
export type Transcript = { all: Buffer; isWhole: boolean; end: End };

export class OrderSocket extends Duplex {
  readonly #connected: Connected;
  readonly #heard: Buffer[] = [];
  #end: End = 'open';
  #left: number;
  readonly #over = Promise.withResolvers<void>();

  /** `mostBytes`: of a body. */
  constructor(connected: Connected, mostBytes: number) {
    super();
    this.#left = mostBytes + MOST_BESIDE;
    this.#connected = connected;
    const { socket, between } = connected;
    // Without a listener an error before undici has the stream would end the process.
    this.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#keep(chunk);
      if (!this.destroyed) this.push(chunk);
    });
    socket.on('end', () => {
      if (!this.destroyed) this.push(null);
      this.#ended(between?.hasPassedFin() ? 'fin' : 'closed');
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      this.destroy();
      this.#ended('cut');
    });
  }

  /** What came, MOST_BESIDE bytes beside a body at most, until it closes or CLOSES_WITHIN_MS. */
  async heard(): Promise<Transcript> {
    await doneWithin(CLOSES_WITHIN_MS, this.#over.promise);
    return { all: Buffer.concat(this.#heard), isWhole: this.#left > 0, end: this.#end };
  }

  /**
   * Resets a connection that the server has not closed. A close would leave the bytes of a request
   * that was given up to the kernel, which sends them again for more than a minute while the
   * network is away: the vendor might sell after its list has shown that it did not.
   */
  cut(): void {
    const { socket, tcp } = this.#connected;
    if (!socket.readableEnded) tcp.resetAndDestroy();
    socket.destroy();
  }

  #ended(end: End): void {
    if (this.#end === 'open') this.#end = end;
    this.#over.resolve();
  }

  #keep(chunk: Buffer): void {
    if (this.#left > 0) this.#heard.push(chunk.subarray(0, this.#left));
    this.#left -= chunk.length;
    if (this.#left <= 0) this.#over.resolve();
  }

  // The socket pushes by itself: an answer is short.
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#connected.socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#connected.socket.end(done);
  }
}
