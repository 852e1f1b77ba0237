import { randomUUID } from 'node:crypto';
import {
  type Bitmap,
  LEARNT,
  type MarkCall,
  type MarkStore,
  type Recalled,
  type Sent,
} from '../witness/index.ts';
import { type RedisClient, runOf } from './redis.ts';

/** An account's marks in Redis: a bitmap per plan and attempt number, and a ticket. */
export class RedisMarks implements MarkStore {
  readonly #redis: RedisClient;
  readonly #prefix: string;
  readonly #keys: ReturnType<typeof keysWith>;
  #ticket: string | undefined;

  /** `name` is the account's, different from those of other ledgers. */
  constructor(redis: RedisClient, name: string) {
    this.#redis = redis;
    // A cluster keeps keys with the same text in braces on one node.
    this.#prefix = `bulk-order:witness:{${name}}:`;
    this.#keys = keysWith(this.#prefix);
  }

  async ticket(): Promise<string> {
    this.#ticket ??= (await this.#redis.get(this.#keys.ticket)) ?? undefined;
    if (this.#ticket === undefined) throw new Error('the marks are still to be learnt');
    return this.#ticket;
  }

  async mark(marks: Sent[], { id, ticket, repeatWithinMs }: MarkCall): Promise<Sent[]> {
    const keys = this.#keys;
    const groups = [...Map.groupBy(marks, ({ planKey, attempt }) => `${planKey} ${attempt}`)];
    const bits = groups.flatMap(([bitmap, each]) => [
      ...[bitmap, each.length],
      ...each.map(({ order }) => order),
    ]);
    const answer = await this.#redis.eval(
      ...[MARK, 3, keys.ticket, keys.plans, keys.call(id)],
      ...[ticket, this.#prefix, repeatWithinMs, ...bits],
    );
    if (Array.isArray(answer)) {
      return groups.flatMap(([, each]) => each).filter((_, at) => answer[at] === 1);
    }
    this.#ticket = answer ? String(answer) : undefined;
    throw new Error('the marks are being compared with the database');
  }

  /** A bit has no room for an answer. */
  async answered(): Promise<void> {}

  async memory(): Promise<string | null> {
    const { ticket, run, memory } = this.#keys;
    const [hasTicket, lastRun, name = null] = await this.#redis.mget(ticket, run, memory);
    return hasTicket && lastRun === (await runNow(this.#redis)) ? name : null;
  }

  async recall(take: (marks: AsyncIterable<Recalled>) => Promise<void>): Promise<void> {
    const [redis, keys] = [this.#redis, this.#keys];
    // A new ticket comes first: claims with the old one can no longer add marks.
    const [own, run] = [randomUUID(), await runNow(redis)];
    await redis.set(keys.ticket, own);
    const bitmaps = await this.#bitmaps();
    const isSame = (await redis.get(keys.ticket)) === own && (await runNow(redis)) === run;
    if (!isSame) throw new Error('the marks were lost meanwhile');
    this.#ticket = own;
    await take(
      (async function* () {
        for (const bitmap of bitmaps) yield { ...bitmap, answers: [] };
      })(),
    );
  }

  async #bitmaps(): Promise<Bitmap[]> {
    const bitmaps: Bitmap[] = [];
    for (const [planKey, most] of Object.entries(await this.#redis.hgetall(this.#keys.plans))) {
      for (let attempt = 1; attempt <= Number(most); attempt++) {
        const bits = await this.#redis.getBuffer(this.#keys.bitmap(planKey, attempt));
        if (bits) bitmaps.push({ planKey, attempt, bits });
      }
    }
    return bitmaps;
  }

  async learn(bitmaps: AsyncIterable<Bitmap>): Promise<string> {
    const [redis, keys] = [this.#redis, this.#keys];
    const [own, run] = [LEARNT + randomUUID(), await runNow(redis)];
    await redis.set(keys.learning, own);
    // A replica that took over still has the old ticket. A claim with it would find its own mark,
    // learnt from the ledger, and take that for an older claim's.
    await redis.del(keys.ticket);
    for await (const { planKey, attempt, bits } of bitmaps) {
      const given = [keys.learning, keys.draft, keys.bitmap(planKey, attempt), keys.plans];
      requireOwn((await redis.eval(TEACH, 4, ...given, own, bits, planKey, attempt)) === 1);
    }
    const given = [keys.learning, keys.ticket, keys.run, keys.memory];
    const memory = await redis.eval(TAUGHT, 4, ...given, own, run);
    requireOwn(typeof memory === 'string');
    this.#ticket = own;
    return String(memory);
  }
}

const keysWith = (prefix: string) => ({
  ticket: `${prefix}ticket`,
  /** The run of Redis that last had all the marks. */
  run: `${prefix}run`,
  /** The memory's name: a new one when marks may have been lost. Several ledgers can teach it. */
  memory: `${prefix}memory`,
  /** Which process is learning. */
  learning: `${prefix}learning`,
  draft: `${prefix}draft`,
  /** The highest marked attempt number of each plan. */
  plans: `${prefix}plans`,
  /** What a call of `mark` answered, for a repeat of the call. */
  call: (id: string) => `${prefix}call ${id}`,
  bitmap: (planKey: string, attempt: number) => `${prefix}${planKey} ${attempt}`,
});

/**
 * Sets the bits, bitmap by bitmap, if the ticket is valid. Answers for each mark whether its bit,
 * or the bit of a later attempt, was set before. The client repeats the call when the connection
 * breaks, and the caller when Redis was away or replaced. A repeat gets the same answer.
 */
const MARK = `
  local ticket = redis.call('get', KEYS[1])
  if ticket ~= ARGV[1] then return ticket or '' end
  local told = redis.call('get', KEYS[3])
  if told then return cjson.decode(told) end
  local before, at = {}, 4
  while at <= #ARGV do
    local plan, attempt = string.match(ARGV[at], '^(.*) (%d+)$')
    local set, get = {}, {}
    for i = at + 2, at + 1 + ARGV[at + 1] do
      for _, part in ipairs({ 'set', 'u1', ARGV[i], 1 }) do set[#set + 1] = part end
      for _, part in ipairs({ 'get', 'u1', ARGV[i] }) do get[#get + 1] = part end
    end
    local seen = redis.call('bitfield', ARGV[2] .. ARGV[at], unpack(set))
    local most = tonumber(redis.call('hget', KEYS[2], plan) or '0')
    for later = attempt + 1, most do
      for i, bit in ipairs(redis.call('bitfield', ARGV[2] .. plan .. ' ' .. later, unpack(get))) do
        if bit == 1 then seen[i] = 1 end
      end
    end
    if tonumber(attempt) > most then redis.call('hset', KEYS[2], plan, attempt) end
    for _, bit in ipairs(seen) do before[#before + 1] = bit end
    at = at + 2 + #seen
  end
  redis.call('set', KEYS[3], cjson.encode(before), 'PX', ARGV[3])
  return before`;

/**
 * Adds a bitmap, unless Redis was emptied or another process has begun to learn. Workers claim once
 * the other process has learnt. A claim that this bitmap has would then count as sent before.
 */
const TEACH = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[2], ARGV[2])
  redis.call('bitop', 'or', KEYS[3], KEYS[3], KEYS[2])
  redis.call('del', KEYS[2])
  local most = tonumber(redis.call('hget', KEYS[4], ARGV[3]) or '0')
  if tonumber(ARGV[4]) > most then redis.call('hset', KEYS[4], ARGV[3], ARGV[4]) end
  return 1`;

/** Ends the learning. Answers the memory's name, a new one if Redis has restarted since. */
const TAUGHT = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  local memory = redis.call('get', KEYS[4])
  if not memory or redis.call('get', KEYS[3]) ~= ARGV[2] then memory = ARGV[1] end
  redis.call('set', KEYS[2], ARGV[1])
  redis.call('set', KEYS[3], ARGV[2])
  redis.call('set', KEYS[4], memory)
  redis.call('del', KEYS[1])
  return memory`;

/** Throws when Redis was emptied meanwhile, or another process has begun to learn. */
function requireOwn(isOwn: boolean): void {
  if (isOwn) return;
  throw new Error('the marks were lost while they were learnt, or another process learns them');
}

/** Of a server that does not say it, all runs seem one. A live account does not use such a one. */
const runNow = async (redis: RedisClient): Promise<string> => (await runOf(redis)) ?? 'unknown';
