import { createServer, get } from 'node:http';
import { atEnd } from './clean-up.ts';
import { listenHere } from './listen-here.ts';

/**
 * A way to the vendor on which answers can be held: an order stays in flight until the test lets
 * its answer go, however slow the machine is. Closed at the end.
 */
export async function openGate(vendorUrl: string) {
  let closed: PromiseWithResolvers<void> | null = null;
  let held = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url!, vendorUrl);
    const isOrder = url.searchParams.get('action') === 'numbers.order';
    const onward = get(url, { agent: false }, async (answer) => {
      if (isOrder && closed) {
        held += 1;
        await closed.promise;
        held -= 1;
      }
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    // What the vendor cuts is cut here, and a client that hangs up here hangs up there.
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
  });
  const { port, close } = await listenHere(server);
  atEnd(close);
  return {
    url: Object.assign(new URL(vendorUrl), { port: String(port) }).href,
    /** From now on the answers to orders wait here. */
    hold: () => {
      closed ??= Promise.withResolvers();
    },
    /** How many wait here now: sold, and not answered. */
    get held() {
      return held;
    },
    letGo: () => {
      closed?.resolve();
      closed = null;
    },
  };
}
