import { httpHere, sendOn } from './http-here.ts';

/**
 * A way to the vendor on which answers can be held: an order stays in flight until the test lets
 * its answer go, however slow the machine is. Closed at the end.
 */
export async function openGate(vendorUrl: string) {
  let closed: PromiseWithResolvers<void> | null = null;
  let held = 0;
  const { url } = await httpHere((request, response) => {
    const isOrder = request.url!.includes('action=numbers.order');
    const onward = sendOn(vendorUrl, request);
    onward.once('response', async (answer) => {
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
  return {
    url: new URL(new URL(vendorUrl).pathname, url).href,
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
