import { setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/vendor/index.ts';
import { certificate } from '../support/certificate.ts';
import { type Cut, cuttingProxy } from '../support/cutting-proxy.ts';
import { randomFrom } from '../support/random.ts';
import { SEED_ORDER, vendorAt } from './order.ts';
import { inChunks, rawServer, reply, type Script, write } from './raw-server.ts';
import { sale } from './seed-answer.ts';

beforeAll(() => setDefaultCACertificates([certificate]));

const RUNS = 160;
const SEED = 20_260;

describe.each([
  { name: 'plain', script: {}, longest: 500 },
  // Long enough to cut in the handshake, the request and the answer, and after it.
  { name: 'TLS', script: { tls: {} }, longest: 2_200 },
])('$name connections that are cut at random places', ({ script, longest }) => {
  it(`never call an order unsent that the vendor saw, in ${RUNS} runs`, async () => {
    const runs = await runAll(script, longest);
    const verdicts = runs.map(({ answer, seen }) => `${answer.outcome}, seen ${seen}`);
    expect(verdicts.filter((verdict) => /not_sent, seen [^0]/.test(verdict))).toEqual([]);
    expect(verdicts.filter((verdict) => !/seen [01]$/.test(verdict))).toEqual([]);
    expect(verdicts.filter((verdict) => /filled, seen 0/.test(verdict))).toEqual([]);
    const wrongGoods = runs.filter(
      ({ answer, search }) =>
        answer.outcome !== 'unknown' &&
        answer.outcome !== 'not_sent' &&
        `${answer.numbers}` !== `${goodsOf(search)}`,
    );
    expect(wrongGoods).toEqual([]);
    // Enough of everything happened: otherwise the above proves little.
    for (const outcome of ['filled', 'unknown', 'not_sent']) {
      const count = runs.filter(({ answer }) => answer.outcome === outcome).length;
      expect(count, outcome).toBeGreaterThan(5);
    }
  });
});

const searchOf = (run: number) => `${200_000 + run}`;
const goodsOf = (search: string) => [1, 2, 3].map((last) => `${search}000${last}`);

type Run = { search: string; answer: Answer; seen: number };

async function runAll(script: Script, longest: number): Promise<Run[]> {
  const random = randomFrom(SEED);
  const seen = new Map<string, number>();
  await using server = await rawServer({
    ...script,
    asked(socket, head) {
      const search = /&search=(\d+)&/.exec(head)![1]!;
      seen.set(search, (seen.get(search) ?? 0) + 1);
      framing(random.below(3), sale(goodsOf(search)))(socket);
    },
  });
  await using proxy = await cuttingProxy(server.port, () => nextCut(random, longest));
  const scheme = script.tls ? 'https://localhost' : 'http://127.0.0.1';
  await using vendor = vendorAt(`${scheme}:${proxy.port}`, { timeoutMs: 400, connections: 8 });
  // Awaited here: the server and the vendor close at the end of this function.
  return await Promise.all(
    Array.from({ length: RUNS }, async (_, run) => {
      const search = searchOf(run);
      // Some are withheld at the last moment, when the connection exists.
      const mayStart = () => run % 10 !== 0;
      const answer = await vendor.order({ ...SEED_ORDER, search }, { mayStart });
      return { search, answer, seen: seen.get(search) ?? 0 };
    }),
  );
}

/** With a length, in chunks, or ended by closing: there a cut looks like an end. */
function framing(kind: number, body: string) {
  if (kind === 0) return reply(body);
  const text = kind === 1 ? inChunks([body]) : `HTTP/1.1 200 OK\r\n\r\n${body}`;
  return write(text, 'fin');
}

function nextCut(random: ReturnType<typeof randomFrom>, longest: number): Cut | null {
  if (random.below(8) === 0) return null;
  return {
    towards: random.pick(['server', 'client']),
    after: 1 + random.below(longest),
    how: random.pick(['fin', 'fin', 'rst', 'rst', 'rst', 'stall']),
  };
}
