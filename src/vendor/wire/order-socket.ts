/**
 * The connection of one request, as undici gets it. undici drops what it has no use for: words of a
 * status line, bytes beside chunks or beyond the announced length, another answer. All of this
 * belongs to the request's answer. So every byte is kept, and undici ends only this stream: the
 * socket is read until the server closes it, as the request asks with `connection: close`. undici's
 * body shares the bytes, so they are in memory once.
 *
 * Most servers close right after they have answered. Others are heard for CLOSES_WITHIN_MS longer.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { errors } from 'undici';
import { doneWithin } from '../../timing/index.ts';
import type { UnderTls } from './under-tls.ts';

/** How long a server may take to close the connection after its answer, ms. */
export const CLOSES_WITHIN_MS = 1_000;

/** No true answer has this many bytes beside its body. One that does is in doubt. */
const MOST_BESIDE = 196_608;

/** With TLS, `socket` is TLS over `between` over `tcp`. Without TLS, `socket` is `tcp`. */
export type Connected = { socket: Socket; tcp: Socket; between: UnderTls | null };

/**
 * How a connection ended:
 *
 *   open    not yet
 *   closed  by the vendor, under TLS with close_notify: nothing more comes
 *   fin     TLS by a bare FIN, which anybody on the way may have sent
 *   cut     by a reset or another fault: more may have been on its way
 */
export type End = 'open' | 'closed' | 'fin' | 'cut';

/** `isWhole`: every byte was kept. */
export type Transcript = { all: Buffer; isWhole: boolean; end: End };

export class OrderSocket extends Duplex {
  readonly #connected: Connected;
  readonly #heard: Buffer[] = [];
  #end: End = 'open';
  /** How many more bytes are kept. */
  #left: number;
  readonly #over = Promise.withResolvers<void>();

  /** `mostBytes`: the longest body. */
  constructor(connected: Connected, mostBytes: number) {
    super();
    this.#left = mostBytes + MOST_BESIDE;
    this.#connected = connected;
    const { socket, between } = connected;
    // Without a listener, an error before undici listens would end the process.
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

  /** What came. Waits until the connection ends, CLOSES_WITHIN_MS at most. */
  async heard(): Promise<Transcript> {
    await doneWithin(CLOSES_WITHIN_MS, this.#over.promise);
    return { all: Buffer.concat(this.#heard), isWhole: this.#left > 0, end: this.#end };
  }

  /**
   * Resets a connection that the server has not closed. After a mere close, the kernel keeps the
   * request and sends it again for more than a minute while the network is away. The vendor might
   * then sell after its list has shown that it did not.
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

  /**
   * undici ends the connection of every answered request with an error that nobody reads. Node
   * would write out its stack: 4 % of a worker's time.
   */
  override destroy(error?: Error): this {
    if (error instanceof errors.InformationalError) error.stack = error.message;
    return super.destroy(error);
  }

  // The socket pushes without being asked: an answer is short.
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#connected.socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#connected.socket.end(done);
  }
}
