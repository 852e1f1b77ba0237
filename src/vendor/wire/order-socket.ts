/**
 * The connection of one order, as undici gets it. undici ends a connection as soon as it has parsed
 * an answer, and drops what follows it: bytes beyond the length that the answer announced, or
 * another answer. Those bytes belong to the order's answer too. So undici ends only this stream,
 * and the socket under it is read until the server closes it, as the order asks with `connection:
 * close`.
 *
 * This costs nothing with a server that closes when it has answered. One that does not is heard for
 * a moment longer. What it sends after that is not heard.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { doneWithin } from '../../done-within.ts';

/** How long a server may take to close the connection after its answer, ms. */
export const CLOSES_WITHIN_MS = 1_000;

/** Bytes after the answer. This many leave the order in doubt, whatever they are. */
const ENOUGH = 65_536;

export class OrderSocket extends Duplex {
  readonly #socket: Socket;
  readonly #beyond: Buffer[] = [];
  #left = ENOUGH;
  readonly #over = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    // Without a listener an error before undici has the stream would end the process.
    this.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      if (this.destroyed) this.#keep(chunk);
      else this.push(chunk);
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

  /**
   * What the server sent after the answer that undici has parsed. Resolves when the server closes
   * the connection, or after CLOSES_WITHIN_MS.
   */
  async beyond(): Promise<Buffer> {
    await doneWithin(CLOSES_WITHIN_MS, this.#over.promise);
    return Buffer.concat(this.#beyond);
  }

  /** Closes the connection itself. */
  cut(): void {
    this.#socket.destroy();
  }

  #keep(chunk: Buffer): void {
    if (this.#left > 0) this.#beyond.push(chunk.subarray(0, this.#left));
    this.#left -= chunk.length;
    if (this.#left <= 0) this.#over.resolve();
  }

  /** undici gives back what its parser did not take, after it has ended the stream. */
  override unshift(chunk: Buffer, encoding?: BufferEncoding): void {
    if (this.destroyed) this.#keep(chunk);
    else super.unshift(chunk, encoding);
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
