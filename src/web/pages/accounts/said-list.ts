import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Account, type By, findAccount, type Ledger } from '../../../ledger/index.ts';
import { actor } from '../../actor.ts';
import type { Asked, WebContext } from '../../context.ts';
import { NO_EVIDENCE, overruling, type RefusedForm } from '../components/act.ts';
import { signFields } from '../components/fields.ts';
import { accountUrl } from '../components/mode.ts';
import { flash, note } from '../components/note.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { inPath, pageRoutes, SEEN, sendPage, typedNumbers, typedText } from '../page-routes.ts';
import { SignedForm, signed } from '../signed-form.ts';
import { visitOf } from '../visit.ts';

/** A list of an account. A named person can say something about what is on it. */
export type SaidList<Item> = {
  /** The last part of its address, and what follows that in the addresses of its forms. */
  path: string;
  ways: readonly string[];
  read(ledger: Ledger, accountId: number): Promise<Item[]>;
  say(press: Press): Promise<unknown>;
  title: string;
  introduction: string;
  /** What was done by a form that was accepted just now. */
  said: Html;
  none: Html;
  cards(items: Item[], visit: Visit, refused: RefusedForm | undefined): SaidCard[];
};

const Form = SignedForm.extend({ number: typedNumbers, file: typedText(64), seen: SEEN });

export type Press = {
  ledger: Ledger;
  account: Account;
  way: string;
  typed: z.infer<typeof Form>;
  signer: By;
};

/** Some of the list, with the form to say something about them. */
export type SaidCard = {
  /** What tells the forms of the list apart: the way, or the file that it names. */
  form: string;
  way: string;
  title: string;
  aside: string;
  content: Html;
  /** Null: nothing can be said about these. */
  asks: { reason: { label: string; hint?: string }; button: string; tone: string } | null;
  /** As in `overruling`. */
  anyway: string;
};

export function addSaidList<Item>(
  app: FastifyInstance,
  context: WebContext,
  list: SaidList<Item>,
): void {
  const routes = pageRoutes(app, context);
  const url = `/accounts/:name/${list.path}`;
  routes.get('view', url, (asked) => send(asked, list));
  for (const way of list.ways)
    routes.post('submit', `${url}/${way}`, (asked) => press(asked, list, way));
}

const Query = z.object({ said: z.literal('').optional().catch(undefined) });

async function send<Item>(
  asked: Asked,
  list: SaidList<Item>,
  refused?: RefusedForm,
): Promise<FastifyReply> {
  const { request, context } = asked;
  const name = inPath(request, 'name');
  const [visit, account] = await Promise.all([visitOf(asked), findAccount(context.ledger, name)]);
  const items = await list.read(context.ledger, account.id);
  const isSaid = !refused && Query.parse(request.query).said !== undefined;
  return sendPage(asked, saidPage(visit, list, { account, items, isSaid, refused }));
}

async function press<Item>(asked: Asked, list: SaidList<Item>, way: string): Promise<FastifyReply> {
  const { request, context } = asked;
  const account = await findAccount(context.ledger, inPath(request, 'name'));
  const typed = Form.parse(request.body ?? {});
  const { by, why, number, file } = typed;
  return signed(asked, {
    typed,
    lacksWhy: NO_EVIDENCE,
    act: () =>
      list.say({ ledger: context.ledger, account, way, typed, signer: actor(request, by) }),
    done: `${accountUrl(account.name)}/${list.path}?said`,
    refuse: ({ fault, objections }) =>
      send(asked, list, {
        ...{ form: file || way, fault, objections },
        typed: { by, why, numbers: number.join(' ') },
      }),
  });
}

type Shown<Item> = {
  account: Account;
  items: Item[];
  isSaid: boolean;
  refused: RefusedForm | undefined;
};

function saidPage<Item>(visit: Visit, list: SaidList<Item>, shown: Shown<Item>): string {
  const { account, items, isSaid, refused } = shown;
  const { name } = account;
  const cards = list.cards(items, visit, refused);
  const isInCard = cards.some(({ form }) => form === refused?.form);
  const content = html`<div class="head"><div>
  <p class="crumb"><a href="/accounts">Accounts</a> / <a href="${accountUrl(name)}">${name}</a></p>
  <h1>${list.title}</h1>
  <p>${list.introduction}</p>
</div></div>
${flash(isSaid ? list.said : null)}
${refused && !isInCard && note('bad', html`${refused.fault}`)}
${cards.length === 0 && list.none}
${cards.map((card) => cardPart(visit, `${accountUrl(name)}/${list.path}`, card, refused))}`;
  const title = `${list.title}, ${name}`;
  return layout(visit, { title, section: 'accounts', account, content });
}

function cardPart(
  { who, may }: Visit,
  url: string,
  { form, way, title, aside, content, asks, anyway }: SaidCard,
  refused: RefusedForm | undefined,
): Html {
  const mine = refused?.form === form ? refused : undefined;
  const sign =
    asks &&
    html`${signFields(who, asks.reason, mine?.typed)}
    <div class="row"><button class="btn ${asks.tone}">${asks.button}</button></div>`;
  return html`<section class="card" aria-labelledby="${form}-h">
  <header><h2 id="${form}-h">${title}</h2><span class="muted small">${aside}</span></header>
  <form class="body stack" method="post" action="${url}/${way}">
    ${mine && overruling(mine, anyway)}
    ${content}
    ${may.submit && sign}
  </form>
</section>`;
}
