import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { httpHere } from './http-here.ts';

export const NOTICE_SECRET = 'a secret of the tests';

/** A message as it arrived, with what is wrong with its signature; null when nothing is. */
export type Received = { id: string; letter: Record<string, unknown>; fault: string | null };

type Answer = (response: ServerResponse) => void;
const heard: Answer = (response) => void response.writeHead(204).end();

/**
 * A receiver of webhooks that checks their signatures as docs/operations.md says. Closed at the
 * end.
 */
export async function openReceiver() {
  const received: Received[] = [];
  let answer = heard;
  const { url } = await httpHere(async (request, response) => {
    const body = await text(request);
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const [id, timestamp, signature] = [header('id'), header('timestamp'), header('signature')];
    const wanted = createHmac('sha256', NOTICE_SECRET)
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    const isLate = Math.abs(Date.now() / 1000 - Number(timestamp)) > 300;
    const fault = isLate ? 'its time' : signature === `v1,${wanted}` ? null : 'its signature';
    received.push({ id, letter: JSON.parse(body), fault });
    answer(response);
  });
  return {
    url: `${url}/hook?token=hush`,
    received,
    /** How it answers from now on; without one, that it has heard. */
    answer(by = heard): void {
      answer = by;
    },
  };
}
