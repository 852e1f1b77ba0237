import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { usageError } from '../../../errors.ts';
import { eventSentence } from '../../../events/index.ts';
import { accountEvents, findAccount, listAccounts } from '../../../ledger/index.ts';
import { observeAccount } from '../../../obstacles/index.ts';
import { type AccountWish, changeAccount } from '../../../operations/index.ts';
import { isPace, PACE_WORDS } from '../../../pace-range.ts';
import { actor } from '../../actor.ts';
import type { Asked, WebContext } from '../../context.ts';
import type { RefusedForm } from '../components/act.ts';
import { accountAnchor } from '../components/mode.ts';
import { withTimes } from '../components/page-text.ts';
import { exact } from '../components/times.ts';
import { html } from '../html.ts';
import { inPath, pageRoutes, sendPage, typedId, typedText } from '../page-routes.ts';
import { signed } from '../signed-form.ts';
import { visitOf } from '../visit.ts';
import { LOST_PLANS } from './lost-plans.ts';
import { accountPage, accountsPage } from './page.ts';
import { addSaidList } from './said-list.ts';
import { STRAYS } from './strays.ts';

const EVENTS_PER_PAGE = 50;

const Query = z.object({
  events: typedId(),
  said: z.string().catch(''),
  account: z.string().catch(''),
});
const Form = z.object({
  by: typedText(100),
  why: typedText(500),
  rate: typedText(20),
  pauseId: typedText(50),
});
type Typed = z.infer<typeof Form>;

/** The only wrong state that a form of this page can meet. */
const PAUSED_SINCE = 'It has paused again since you looked. Read why above, then resume.';

type Press = {
  asksWho: boolean;
  said: string;
  /** As in `signed`. */
  lacksWhy: string | null;
  /** Throws AppError `invalid_usage`. */
  change(typed: Typed): AccountWish;
};

const PRESSES: Record<string, Press> = {
  pace: {
    ...{ asksWho: false, said: 'account_rate', lacksWhy: null },
    change({ rate }) {
      if (rate === '' || !isPace(Number(rate))) throw usageError(`The pace must be ${PACE_WORDS}.`);
      return { rate: Number(rate) };
    },
  },
  pause: {
    ...{ asksWho: true, said: 'account_paused', lacksWhy: null },
    change: () => ({ pause: true }),
  },
  resume: {
    ...{ asksWho: true, said: 'account_resumed', lacksWhy: 'Say why it is safe now.' },
    change: ({ pauseId }) => ({ resume: { pauseId } }),
  },
};

export function addAccounts(app: FastifyInstance, context: WebContext): void {
  const routes = pageRoutes(app, context);
  routes.get('view', '/accounts', (asked) => sendAll(asked));
  routes.get('view', '/accounts/:name', sendOne);
  addSaidList(app, context, STRAYS);
  addSaidList(app, context, LOST_PLANS);
  for (const name of Object.keys(PRESSES))
    routes.post('admin', `/accounts/:name/${name}`, (asked) => press(asked, name));
}

async function sendOne(asked: Asked): Promise<FastifyReply> {
  const { request, context } = asked;
  const { events: before } = Query.parse(request.query);
  const account = await observeAccount(context, inPath(request, 'name'));
  const events = await accountEvents(context.ledger, account.id, EVENTS_PER_PAGE, before);
  const earlier = events.length === EVENTS_PER_PAGE ? (events.at(-1)?.id ?? null) : null;
  return sendPage(asked, accountPage(await visitOf(asked), { account, events, earlier }));
}

async function press(asked: Asked, name: string): Promise<FastifyReply> {
  const { request, context } = asked;
  const { asksWho, said, lacksWhy, change } = PRESSES[name]!;
  const { name: account } = await findAccount(context.ledger, inPath(request, 'name'));
  const typed = Form.parse(request.body ?? {});
  const { by, why } = typed;
  return signed(asked, {
    typed: asksWho ? { by, why } : { why },
    lacksWhy,
    async act() {
      const signer = { ...actor(request, by), ...(why ? { why } : {}) };
      await changeAccount(context.ledger, account, change(typed), signer);
    },
    done: `/accounts?said=${said}&account=${encodeURIComponent(account)}`,
    refuse: ({ fault, isLate }) =>
      sendAll(asked, {
        ...{ account, form: `${name}-${accountAnchor(account)}` },
        ...{ fault: isLate ? PAUSED_SINCE : fault, typed },
      }),
  });
}

async function sendAll(
  asked: Asked,
  refused?: RefusedForm & { account: string },
): Promise<FastifyReply> {
  const { request, context } = asked;
  const { ledger } = context;
  const { said, account } = Query.parse(request.query);
  const [visit, all] = await Promise.all([visitOf(asked), listAccounts(ledger)]);
  const accounts = await Promise.all(all.map(({ name }) => observeAccount(context, name)));
  const changed = said ? accounts.find(({ name }) => name === account) : undefined;
  const newest = changed ? await accountEvents(ledger, changed.id, 10) : [];
  const last = newest.find(({ kind }) => kind === said);
  const words =
    last &&
    html`<b>${account}</b>, ${exact(last.at, visit.now)}:
      ${withTimes(eventSentence(last), visit.now)}`;
  return sendPage(asked, accountsPage(visit, { accounts, said: words ?? null, refused }));
}
