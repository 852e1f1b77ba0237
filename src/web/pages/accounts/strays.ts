import { usageError } from '../../../errors.ts';
import { type Stray, sayForeign, strays } from '../../../ledger/index.ts';
import { readForeign } from '../../../operations/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { numberPicks } from '../components/fields.ts';
import { emptyCard } from '../components/note.ts';
import { count, counted, phone } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';
import type { Press, SaidCard, SaidList } from './said-list.ts';

/** As many as fit into a form. */
const SHOWN = 2_000;

/** What no order has, and which of it was bought outside this program. */
export const STRAYS: SaidList<Stray> = {
  path: 'strays',
  ways: ['foreign', 'not-foreign'],
  read: strays,
  say: sayTicked,
  title: 'Numbers that no order has',
  introduction: `The newest list of the account has these. They came, or came back, since something
    was first bought from here. An order may have bought them, or somebody else did.`,
  said: html`<b>This is kept.</b> The events of the account have it.`,
  none: emptyCard(
    'There are none',
    html`Every number that has come to the account since something was first bought from here
      belongs to an order here.`,
  ),
  cards: (strays, visit, refused) => {
    const {
      foreign = [],
      told = [],
      unexplained = [],
    } = Object.groupBy(strays, ({ isForeign, order }) =>
      isForeign ? 'foreign' : order !== null ? 'told' : 'unexplained',
    );
    return [
      toldCard(told),
      cardOf(unexplained, visit, refused, {
        form: 'foreign',
        title: 'Not explained',
        says: `Tick those that were bought outside this program, by hand for instance. After a
          restore no waiting order is suspected of having bought them any more. If one did, it is
          sent again, and you pay twice. Unknown orders stay unknown: settle each of them. The
          verdicts on them change when a worker reads the list next, within 10 minutes.`,
        asks: {
          reason: { label: 'How do you know it?', hint: 'Who bought them, or where you looked' },
          button: 'They were bought outside this program',
          tone: 'danger',
        },
      }),
      cardOf(foreign, visit, refused, {
        form: 'not-foreign',
        title: 'Bought outside this program',
        says: 'Tick the numbers for which this is a mistake.',
        asks: { reason: { label: 'What was wrong?' }, button: 'Take this back', tone: 'primary' },
      }),
    ].filter((card) => card !== null);
  },
};

async function sayTicked({ ledger, account, way, typed, signer }: Press): Promise<void> {
  const { number, againstEvidence, why } = typed;
  if (number.every((each) => each === '')) throw usageError('Tick the numbers that you mean.');
  const numbers = number.join(',');
  const named = way === 'foreign' ? { foreign: numbers } : { notForeign: numbers };
  const wish = readForeign({ ...named, againstEvidence, why }, signer);
  await sayForeign(ledger, account, wish, wish.by);
}

type Kind = Pick<SaidCard, 'form' | 'title' | 'asks'> & { says: string };

/** The numbers of one kind, and the form that makes them the other; null when there are none. */
function cardOf(
  those: Stray[],
  { may }: Visit,
  refused: RefusedForm | undefined,
  { says, ...kind }: Kind,
): SaidCard | null {
  if (those.length === 0) return null;
  const mine = refused?.form === kind.form ? refused : undefined;
  const picked = (mine?.typed.numbers ?? '').split(' ');
  const numbers = those.slice(0, SHOWN).map(({ number }) => number);
  const more = those.length > SHOWN && ` These are the first ${count(SHOWN)}.`;
  return {
    ...kind,
    way: kind.form,
    aside: counted(those.length, 'number'),
    content: html`<p class="muted">${says}${more}</p>
    ${may.submit ? numberPicks(numbers, picked) : plainList(those)}`,
    anyway: 'say it',
  };
}

/** What verdicts explain, by their orders; null when there is none. */
function toldCard(told: Stray[]): SaidCard | null {
  if (told.length === 0) return null;
  const byOrder = Map.groupBy(told.slice(0, SHOWN), ({ order }) => order).entries();
  const items = byOrder.map(
    ([order, those]) => html`<li><a href="/unknown?order=${order}">Order ${order}</a>:
      ${those.map(({ number }) => phone(number)).join(', ')}</li>`,
  );
  return {
    ...{ form: 'told', way: 'told', title: 'Of unknown orders, by the verdicts on them' },
    aside: counted(told.length, 'number'),
    content: html`<ul class="bullets">${[...items]}</ul>`,
    asks: null,
    anyway: '',
  };
}

const plainList = (strays: Stray[]): Html =>
  html`<p>${strays.map(({ number }) => phone(number)).join(', ')}</p>`;
