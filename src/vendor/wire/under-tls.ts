/**
 * TCP under TLS. Node reports two ends in the same way: a close_notify, which only the vendor can
 * send, and a bare FIN, which anything on the way can. So the FIN is passed on a moment later: a
 * close_notify that came before it has ended TLS by then.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

export class UnderTls extends Duplex {
  readonly #tcp: Socket;
  #hasPassedFin = false;

  constructor(tcp: Socket) {
    super();
    this.#tcp = tcp;
    tcp.on('data', (chunk: Buffer) => this.push(chunk));
    tcp.on('end', () =>
      setImmediate(() => {
        this.#hasPassedFin = true;
        if (!this.destroyed) this.push(null);
      }),
    );
    tcp.on('error', (error) => this.destroy(error));
    // It may come right after the end.
    tcp.on('close', () => setImmediate(() => this.destroy()));
  }

  /** Whether TLS that ends now was ended by a bare FIN. */
  hasPassedFin(): boolean {
    return this.#hasPassedFin;
  }

  // TCP pushes by itself: an answer is short.
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#tcp.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#tcp.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tcp.destroy();
    done(error);
  }
}
