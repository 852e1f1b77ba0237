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

/** How long a server may take to close the connection after its answer, ms. */
export const CLOSES_WITHIN_MS = 1_000;

/** Bytes: more than any answer has beside its body. This many leave doubt, whatever they are. */
const MOST_BESIDE = 196_608;

/** `isWhole`: all that came was kept. */
export type Transcript = { all: Buffer; isWhole: boolean };

export class OrderSocket extends Duplex {
  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #heard: Buffer[] = [];
  #left: number;
  readonly #over = Promise.withResolvers<void>();

  /** `tcp` carries `socket`, or is the same. `mostBytes`: of a body. */
  constructor(socket: Socket, tcp: Socket, mostBytes: number) {
    super();
    this.#left = mostBytes + MOST_BESIDE;
    this.#socket = socket;
    this.#tcp = tcp;
    // Without a listener an error before undici has the stream would end the process.
    this.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#keep(chunk);
      if (!this.destroyed) this.push(chunk);
    });
    socket.on('end', () => {
      if (!this.destroyed) this.push(null);
      this.#over.resolve();
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      this.destroy();
      this.#over.resolve();
    });
  }

  /** What came, MOST_BESIDE bytes beside a body at most, until it closes or CLOSES_WITHIN_MS. */
  async heard(): Promise<Transcript> {
    await doneWithin(CLOSES_WITHIN_MS, this.#over.promise);
    return { all: Buffer.concat(this.#heard), isWhole: this.#left > 0 };
  }

  /**
   * Resets a connection that the server has not closed. A close would leave the bytes of a request
   * that was given up to the kernel, which sends them again for more than a minute while the
   * network is away: the vendor might sell after its list has shown that it did not.
   */
  cut(): void {
    if (!this.#socket.readableEnded) this.#tcp.resetAndDestroy();
    this.#socket.destroy();
  }

  #keep(chunk: Buffer): void {
    if (this.#left > 0) this.#heard.push(chunk.subarray(0, this.#left));
    this.#left -= chunk.length;
    if (this.#left <= 0) this.#over.resolve();
  }

  // The socket pushes by itself: an answer is short.
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }
}
