import { z } from 'zod';
import { CheckedPlan, EarlierPlan, FaultyPlan, ShownPlan } from '../../documents/index.ts';
import { plannedCost, stockMet } from '../../ledger/index.ts';
import { limitsOn } from '../../limits/index.ts';
import { refuseBadPlan } from '../../operations/index.ts';
import { whoIs } from '../../people/index.ts';
import { checkDocument, checkPlan, mainAreaCodes } from '../../plan/index.ts';
import { within } from '../../tracing/index.ts';
import { actor } from '../actor.ts';
import { personOf } from '../security/sign-in.ts';
import {
  accountFor,
  accountMeant,
  areaCodesFor,
  checkUpload,
  storeUpload,
  traceUpload,
} from '../submission.ts';
import { inTurn } from '../upload-turns.ts';
import { acceptUploads, type Upload, withPlan } from '../uploads.ts';
import { withFields } from './form-fields.ts';
import { showPlan } from './plans.ts';
import { acceptWarnings, by, csvBody, quantity, yesNo } from './requests.ts';
import { type ApiRoutes, routesOf } from './route.ts';

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

/** Takes plans: as the body itself, or as the file of a form. */
export const submitRoutes: ApiRoutes = async (app, { context }) => {
  await acceptUploads(app);

  app.post(
    '/check',
    route('submit', 'checkPlan', {
      summary: 'Reads and checks a plan; stores nothing',
      consumes: CONSUMES,
      querystring: CheckQuery,
      body: csvBody,
      response: { 200: CheckedPlan },
    }),
    (request) =>
      withPlan(request, context, async ({ path, fields }) => {
        const { ledger } = context;
        const { account: name, ...wishes } = withFields(CheckQuery, request.query, fields);
        const account = await accountMeant(context, name);
        const reading = { ...wishes, areaCodes: await areaCodesFor(context, account) };
        const check = checkDocument(await inTurn(() => checkPlan(path, reading)));
        const stock = await stockMet(ledger, mainAreaCodes(check), account?.id);
        const mayCost = plannedCost(account?.prices ?? null, check, stock);
        const limits = limitsOn(account?.limits ?? [], whoIs(personOf(request)));
        return { ...check, stock, mayCost, limits };
      }),
  );

  app.post(
    '/plans',
    route(
      'submit',
      'submitPlan',
      {
        summary: 'Stores a plan in state `ready`; nothing is bought until it is started',
        description:
          'With the same `Idempotency-Key`, the same file is answered with the plan that it made.',
        consumes: CONSUMES,
        headers: z.looseObject({
          'idempotency-key': z
            .string()
            .regex(/^[\x21-\x7e]{1,255}$/, 'it must have 1 to 255 plain characters and no blanks')
            .optional(),
        }),
        querystring: SubmitQuery,
        body: csvBody,
        response: { 201: ShownPlan },
      },
      {
        409: {
          schema: EarlierPlan,
          description:
            'the file, or the key, was there before; or the file could buy numbers twice',
        },
        422: { schema: FaultyPlan, description: 'the plan has errors; nothing was stored' },
      },
    ),
    async (request, reply) => {
      const { query, headers } = request;
      // Refuse before the file has come, unless its form may still name the account.
      const isToCome = request.isMultipart() && !query.account;
      const early = isToCome ? null : await accountFor(context, query.account);
      const span = traceUpload(context, request, reply);
      const store = async (upload: Upload) => {
        const said = withFields(SubmitQuery, query, upload.fields);
        const { account: wished, name, again, acceptWarnings, by, ...options } = said;
        const account = early ?? (await accountFor(context, wished));
        const areaCodes = await areaCodesFor(context, account);
        const check = await checkUpload(upload, { ...options, areaCodes }, span);
        refuseBadPlan(check, 'The plan');
        return storeUpload(context, upload, {
          account,
          check,
          reading: options,
          name,
          again,
          acceptWarnings,
          ...actor(request, by),
          key: headers['idempotency-key'],
          span,
        });
      };
      const id = await within(span, () => withPlan(request, context, store));
      const plan = await showPlan(context, id);
      return reply.status(201).header('location', `/api/plans/${id}`).send(plan);
    },
  );
};
