import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import ours from '../../../package.json' with { type: 'json' };
import { closedLines, findPlan, type PlanDocument, planEvents } from '../../ledger/index.ts';
import { RESULT_NAMES, type ResultName, resultFile } from '../../report/index.ts';
import type { Asked, WebContext } from '../context.ts';
import { fileOf, planId } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Results');

/** The six result files, made from the ledger while they are sent. */
export const resultRoutes: ApiRoute[] = RESULT_NAMES.map((name) => {
  const isJson = name.endsWith('.json');
  const type = isJson ? 'application/json' : 'text/csv';
  const content = { [type]: fileOf(isJson ? 'object' : 'string') };
  return route('view', operationOf(name), `GET /plans/:id/${name}`, {
    summary: `The plan's ${name} as it is now`,
    params: planId,
    response: {
      200: { description: 'the file', content },
      206: { description: 'the range of a final file', content },
      304: z.null().describe('the caller has this version'),
    },
    answer: (asked) => sendResult(asked, name, type),
  });
});

/** `getNumbersCsv` of numbers.csv. */
function operationOf(name: string): string {
  return `get${name.replace(/(?:^|\.)(\w)/g, (_, first: string) => first.toUpperCase())}`;
}

async function sendResult(
  { context, request, reply }: Asked<z.output<typeof planId>>,
  name: ResultName,
  type: string,
) {
  const plan = await findPlan(context.ledger, request.params.id);
  reply.headers({
    'content-type': `${type}; charset=utf-8`,
    'content-disposition': `attachment; filename="plan-${plan.id}-${name}"`,
  });
  const etag = await tagOf(context, plan, name);
  return sendFile(request, reply, { etag, read: () => read(context, plan.id, name) });
}

async function* read({ ledger, log }: WebContext, id: number, name: ResultName) {
  try {
    yield* resultFile(ledger, id, name);
  } catch (err) {
    log.error({ err, plan: id, name }, 'a result file broke off');
    throw err;
  }
}

/**
 * The tag of a final file: the plan has ended, and nothing of it is unknown. Null before. Only a
 * settlement, which is an event, or another version of this program changes such a file. The
 * remainder also changes with the day: days that are over are left out.
 */
async function tagOf({ ledger }: WebContext, plan: PlanDocument, name: ResultName) {
  if (plan.endedAt === null || plan.unknownOrders > 0) return null;
  const { etaSeconds: _, secondsNeeded: __, ...facts } = plan;
  const [newest] = await planEvents(ledger, plan.id, 1);
  const day = name === 'remainder.csv' && (await closedLines(ledger, plan.id)).today;
  const text = JSON.stringify([ours.version, name, facts, newest?.id, day]);
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

type File = {
  /** Changes when the file may change. Null for a file that is not final: no tag, no range. */
  etag: string | null;
  /** The same bytes each time. */
  read(): AsyncIterable<string>;
};

type Range = { from: number; to: number };

/** Sends the file, a range of it, or 304. A range makes the file twice, once for its length. */
async function sendFile(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  { etag, read }: File,
): Promise<FastifyReply> {
  if (etag === null) return reply.send(Readable.from(method === 'HEAD' ? [] : read()));
  // The caller may store it, but asks each time whether it has changed.
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' });
  const known = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known?.some((each) => each === etag || each === '*')) return reply.status(304).send();
  if (method === 'HEAD') return reply.send(Readable.from([]));
  const wished = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '');
  const ifRange = headers['if-range'];
  if (!wished || wished[0] === 'bytes=-' || (ifRange && ifRange !== etag))
    return reply.send(Readable.from(read()));
  const size = await lengthOf(read());
  const range = rangeIn(size, wished[1]!, wished[2]!);
  if (!range) return reply.status(416).header('content-range', `bytes */${size}`).send();
  return reply
    .status(206)
    .header('content-range', `bytes ${range.from}-${range.to}/${size}`)
    .header('content-length', range.to - range.from + 1)
    .send(Readable.from(slice(read(), range)));
}

async function lengthOf(file: AsyncIterable<string>): Promise<number> {
  let length = 0;
  for await (const part of file) length += Buffer.byteLength(part);
  return length;
}

/** `5-9`, `5-`, and `-5` for the last five; null when the range is outside the file. */
function rangeIn(size: number, first: string, last: string): Range | null {
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from <= to ? { from, to } : null;
}

async function* slice(file: AsyncIterable<string>, { from, to }: Range): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const part of file) {
    const bytes = Buffer.from(part);
    const piece = bytes.subarray(Math.max(0, from - at), Math.max(0, to + 1 - at));
    at += bytes.length;
    if (piece.length > 0) yield piece;
    if (at > to) return;
  }
}
