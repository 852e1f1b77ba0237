/**
 * TCP under TLS. Node reports two ends in the same way: a close_notify, which only the vendor can
 * send, and a bare FIN, which anything on the way can send. So a FIN is passed on a moment later:
 * a close_notify before it has ended TLS by then.
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
    // Later than the end, which may come right before.
    tcp.on('close', () => setImmediate(() => this.destroy()));
  }

  /** Asked when TLS ends: whether a bare FIN ended it. */
  hasPassedFin(): boolean {
    return this.#hasPassedFin;
  }

  // TCP pushes without being asked: an answer is short.
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
