import { z } from 'zod';
import { CheckedPlan, EarlierPlan, FaultyPlan, ShownPlan } from '../../documents/index.ts';
import { AppError, usageError } from '../../errors.ts';
import { type Account, plannedCost, stockMet } from '../../ledger/index.ts';
import { limitsOn } from '../../limits/index.ts';
import { whoIs } from '../../people/index.ts';
import { checkDocument, checkPlan, mainAreaCodes } from '../../plan/index.ts';
import { type Span, within } from '../../tracing/index.ts';
import { actor } from '../actor.ts';
import type { Asked } from '../context.ts';
import { personOf } from '../security/sign-in.ts';
import {
  accountFor,
  accountMeant,
  areaCodesFor,
  inTurn,
  submitUpload,
  traceUpload,
} from '../submission.ts';
import { type Upload, withPlan } from '../uploads.ts';
import { showPlan } from './plans.ts';
import { acceptWarnings, by, csvBody, quantity, yesNo } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Plans');

const reading = {
  defaultQuantity: quantity.optional().describe('quantity of lines that leave it blank'),
  keepTrying: z
    .string()
    .max(100)
    .optional()
    .describe('`keep_trying` of lines that leave it blank: `3d`, `12h` or `until 2026-12-31`'),
};

const CONSUMES = ['text/csv', 'multipart/form-data'];

/** Beside the plan's file: in the query, or as fields of the form. */
const SubmitQuery = z.strictObject({
  name: z.string().max(1000).optional().describe("by default, the file's name"),
  account: z.string().optional().describe('needed when there are several'),
  again: yesNo.describe('accept a file that was submitted before'),
  acceptWarnings,
  by: by.by,
  ...reading,
});
const CheckQuery = z.strictObject({
  account: z.string().optional().describe('whose prices count; by default, those of the only one'),
  ...reading,
});

const SubmitHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'it must have 1 to 255 plain characters and no blanks')
    .optional(),
});

/** Takes plans: as the body itself, or as the file of a form. */
export const submitRoutes: ApiRoute[] = [
  route('submit', 'checkPlan', 'POST /check', {
    summary: 'Reads and checks a plan; stores nothing',
    consumes: CONSUMES,
    querystring: CheckQuery,
    body: csvBody,
    response: { 200: CheckedPlan },
    answer: (asked) =>
      withPlan(asked.request, asked.context, (upload) => checkedPlan(asked, upload)),
  }),
  route('submit', 'submitPlan', 'POST /plans', {
    summary: 'Stores a plan in state `ready`; nothing is bought until it is started',
    description:
      'With the same `Idempotency-Key`, the same file is answered with the plan that it made.',
    consumes: CONSUMES,
    headers: SubmitHeaders,
    querystring: SubmitQuery,
    body: csvBody,
    response: { 201: ShownPlan },
    errors: {
      409: {
        schema: EarlierPlan,
        description: 'the file, or the key, was there before; or the file could buy numbers twice',
      },
      422: { schema: FaultyPlan, description: 'the plan has errors; nothing was stored' },
    },
    answer: submit,
  }),
];

type Checking = Asked<unknown, z.output<typeof CheckQuery>>;

async function checkedPlan({ context, request }: Checking, { path, fields }: Upload) {
  const { account: name, ...wishes } = withFields(CheckQuery, request.query, fields);
  const account = await accountMeant(context, name);
  const reading = { ...wishes, areaCodes: await areaCodesFor(context, account) };
  const check = checkDocument(await inTurn(() => checkPlan(path, reading)));
  const stock = await stockMet(context.ledger, mainAreaCodes(check), account?.id);
  const mayCost = plannedCost(account?.prices ?? null, check, stock);
  const limits = limitsOn(account?.limits ?? [], whoIs(personOf(request)));
  return { ...check, stock, mayCost, limits };
}

type Submitting = Asked<
  unknown,
  z.output<typeof SubmitQuery>,
  unknown,
  z.output<typeof SubmitHeaders>
>;

async function submit(asked: Submitting) {
  const { context, request, reply } = asked;
  const { account } = request.query;
  // Refuse before the file has come, unless its form may still name the account.
  const isToCome = request.isMultipart() && !account;
  const early = isToCome ? undefined : await accountFor(context, account);
  const span = traceUpload(context, request, reply);
  const id = await within(span, () =>
    withPlan(request, context, (upload) => store(asked, upload, early, span)),
  );
  const plan = await showPlan(context, id);
  reply.status(201).header('location', `/api/plans/${id}`);
  return plan;
}

async function store(
  { context, request }: Submitting,
  upload: Upload,
  early: Account | undefined,
  span: Span | undefined,
): Promise<number> {
  const said = withFields(SubmitQuery, request.query, upload.fields);
  const { account: wished, name, again, acceptWarnings, by, ...reading } = said;
  const account = early ?? (await accountFor(context, wished));
  const key = request.headers['idempotency-key'];
  const wishes = { account, reading, name, again, acceptWarnings, key, span };
  return submitUpload(context, upload, { ...wishes, ...actor(request, by) });
}

/**
 * The query together with the fields of the plan's form, by the same schema. Throws AppError
 * `invalid_usage` for an unknown field, and for one that is in the query too.
 */
function withFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  query: z.infer<z.ZodObject<Shape>>,
  fields: Record<string, string>,
): z.infer<z.ZodObject<Shape>> {
  if (Object.keys(fields).length === 0) return query;
  const nothing = schema.parse({}) as Record<string, unknown>;
  const known = Object.keys(schema.shape);
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) {
      throw new AppError(
        'invalid_usage',
        `The form has a field "${name}", which is not known here. ` +
          `Beside its file it may have: ${known.join(', ')}.`,
        { field: name, known },
      );
    }
    const said = (query as Record<string, unknown>)[name];
    if (said !== nothing[name]) {
      throw new AppError('invalid_usage', `Say ${name} once: in the query, or in the form.`, {
        field: name,
      });
    }
  }
  const parsed = schema.safeParse(fields);
  if (parsed.success) {
    const isSaid = ([name]: [string, unknown]) => name in fields;
    return { ...query, ...Object.fromEntries(Object.entries(parsed.data).filter(isSaid)) };
  }
  const [issue] = parsed.error.issues;
  throw usageError(`In the form, "${issue?.path.join('.')}": ${issue?.message}.`);
}
