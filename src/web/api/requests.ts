/** Schemas of requests. A message follows the name of the field. */
import { z } from 'zod';
import { Problem } from '../../documents/index.ts';
import { listed } from '../../english.ts';
import { INTEGER_MAX } from '../../ledger/index.ts';
import { QUANTITY_MAX } from '../../order-size.ts';
import { PACE_MAX, PACE_MIN, PACE_WORDS } from '../../pace-range.ts';

/** Digits only: JavaScript also takes `1e3` for a number. */
const whole = (what: string, max: number, min = 1) => {
  const error = `it must be ${what}, a whole number from ${min} to ${max}`;
  const read = (value: unknown) =>
    typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return z
    .preprocess(read, z.number({ error }).int({ error }).min(min, { error }).max(max, { error }))
    .meta({ type: 'integer', minimum: min, maximum: max });
};

const notKnown = (names: string[]) =>
  `${listed(names)} ${names.length === 1 ? 'is' : 'are'} not known here`;

/** Messages for callers, where a schema has none of its own. */
z.config({
  customError: (issue) => {
    switch (issue.code) {
      case 'invalid_value':
        return `it must be ${issue.values.map(String).join(' or ')}`;
      case 'unrecognized_keys':
        return notKnown(issue.keys.map((key) => `"${key}"`));
      case 'invalid_type':
        return issue.input === undefined
          ? 'it is missing'
          : `it must be ${KINDS[issue.expected] ?? issue.expected}`;
      case 'too_big':
        return `it must have at most ${issue.maximum} characters`;
      default:
        return undefined;
    }
  },
});

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const words = (max: number) =>
  z
    .string({ error: 'it must be a text' })
    .trim()
    .min(1, 'it must not be blank')
    .max(max, `it must have at most ${max} characters`);

export const planId = z.object({ id: whole('the number of a plan', INTEGER_MAX) });

export const approvalId = z.object({ id: whole('the number of an approval', INTEGER_MAX) });

export const orderNumber = z.object({
  order: whole('the number of an order', Number.MAX_SAFE_INTEGER),
});

export const accountName = z.object({ name: z.string() });

export const pageSize = (most: number) =>
  whole('a number of rows', most).default(50).describe(`how many, at most ${most}`);

export const beforeId = whole('a number from `next`', INTEGER_MAX);

export const afterId = whole('a number from `next`', Number.MAX_SAFE_INTEGER, 0);

export const lineNumber = whole('the number of a line', INTEGER_MAX, 0);

export const quantity = whole('a quantity', QUANTITY_MAX);

export const yesNo = z
  .stringbool({
    truthy: ['true', '1', 'yes', ''],
    falsy: ['false', '0', 'no'],
    error: 'it must be true or false',
  })
  .default(false)
  .meta({ type: 'boolean' });

export const acceptWarnings = yesNo.describe(
  'with a live account: accept the warnings with `needsAnswer`, so that the plan can start',
);

export const priceListSeen = z
  .string()
  .optional()
  .describe('the `prices` of the `mayCost` that you read, or `none`; if they changed: no start');

/** Who does it and why, for the events. */
export const by = {
  by: words(100)
    .optional()
    .describe('a name to keep beside the one that signed in; it proves nothing'),
  why: words(1000).optional().describe('the reason, kept in the events'),
};

export const signedBody = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(
    { ...shape, ...by },
    {
      error: ({ code }) => (code === 'invalid_type' ? 'a JSON object is expected' : undefined),
    },
  );

export const By = signedBody({}).nullish();

export const Resume = signedBody({
  pauseId: z
    .string()
    .nullable()
    .optional()
    .describe('of the pause that you saw; if there is a newer one, the account stays paused'),
}).nullish();

export const Refusal = signedBody({}).extend({
  why: words(1000).describe('why it is refused; the events keep it'),
});

export const Retry = signedBody({
  againstEvidence: z.boolean().optional().describe('send them again against the evidence'),
}).nullish();

export const Close = signedBody({
  line: lineNumber.optional().describe('only this line of the file; by default, all of them'),
}).nullish();

export const rate = z
  .number({ error: 'it must be orders per second, or null' })
  .min(PACE_MIN, `it must be ${PACE_WORDS}`)
  .max(PACE_MAX, `it must be ${PACE_WORDS}`)
  .nullable();

export const phoneNumbers = z.array(z.string(), { error: 'it must be a list of phone numbers' });

/** A file as a body. It is streamed, so the schema only describes it. */
export const csvBody = z.any().meta({ type: 'string', description: 'the plan, a CSV file' });

/** A file as an answer, which is streamed too. */
export const fileOf = (type: 'string' | 'object') => ({ schema: z.any().meta({ type }) });

export const problems = {
  '4xx': Problem.describe(
    'the request cannot be fulfilled; nothing was changed, except that `needs_approval` keeps a ' +
      'question for another person',
  ),
  '5xx': Problem.describe('the program or its database failed'),
};
