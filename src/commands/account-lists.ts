import type { Command } from 'commander';
import { confirmDismissal, lostTable } from '../dialogue/index.ts';
import { counted } from '../english.ts';
import { type By, type LostPlan, lostOfFile, type Stray } from '../ledger/index.ts';
import {
  chooseAccount,
  type Operations,
  readDismissal,
  readForeign,
  type SaidDismissal,
  type SaidForeign,
} from '../operations/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, examples, newCommand, type ScreenLine, table } from '../terminal/index.ts';

export function addAccountLists(program: Command): void {
  addList(program, STRAYS);
  addList(program, LOST);
}

type List<Item, Wish> = {
  name: string;
  says: [flags: string, description: string][];
  example: string;
  read(said: SaidForeign & SaidDismissal, signer: By): Wish;
  items(operations: Operations, account: string): Promise<Item[]>;
  describe(account: string, items: Item[]): ScreenLine[];
  say(operations: Operations, account: string, wish: Wish): Promise<Done>;
};

type Done = { document: unknown; lines: ScreenLine[] };
type Options = SaidForeign &
  SaidDismissal & { json?: true; by?: string; server?: string; tokenFile?: string };

function addList<Item, Wish>(program: Command, list: List<Item, Wish>): void {
  const { name } = list;
  const command = newCommand(program, name).argument('[account]');
  for (const [flags, description] of list.says) command.option(flags, description);
  command
    .option('--against-evidence', 'say it although the evidence contradicts it')
    .option('--by <name>', 'the person who says it')
    .option('--why <text>', 'how you know it')
    .addHelpText('after', examples(name, `${name} ${list.example}`))
    .action(async (named: string | undefined, options: Options) => {
      const { json, server, tokenFile, ...said } = options;
      const isSaid = Object.values(said).some((each) => each);
      const wish = isSaid ? list.read(said, { who: actingUser(), by: said.by }) : undefined;
      await using operations = await openOperations(command);
      const how = (first: string) => `Say which one, such as "${name} ${first}".`;
      const account = chooseAccount(await operations.accounts(), named, { how }).name;
      if (wish) {
        const { document, lines } = await list.say(operations, account, wish);
        return answer(json, document, () => lines);
      }
      const items = await list.items(operations, account);
      answer(json, items, () => list.describe(account, items));
    });
}

const STRAYS: List<Stray, ReturnType<typeof readForeign>> = {
  name: 'strays',
  says: [
    ['--foreign <n,n>', 'these were bought outside this program'],
    ['--not-foreign <n,n>', 'take that back'],
  ],
  example: "--foreign 2125550100,2125550101 --by Ada --why 'bought in the portal'",
  read: readForeign,
  items: (operations, account) => operations.strays(account),
  describe: describeStrays,
  async say(operations, account, wish) {
    const numbers = await operations.callForeign(account, wish);
    const are = numbers.length === 1 ? 'is' : 'are';
    const what = wish.undo ? 'not foreign any more' : 'foreign';
    const lines = [
      `${counted(numbers.length, 'number')} ${are} ${what}.`,
      'Verdicts on unknown orders change when the list is read next. A worker reads it within 10 ' +
        `minutes${operations.isRemote ? '' : ', and "reconcile" now'}.`,
    ];
    return { document: { numbers }, lines };
  },
};

function describeStrays(account: string, strays: Stray[]): ScreenLine[] {
  if (strays.length === 0)
    return ['Every number that came since the first purchase belongs to an order here.'];
  return [
    ...table(
      ['number', 'on the list since', ''],
      strays.map((stray) => [stray.number, stray.listedAt.toISOString(), explanationOf(stray)]),
    ),
    strays.some((stray) => explanationOf(stray) === '') &&
      'Those with nothing beside them are not explained.',
    'No order has them. Say which of them were bought outside this program:',
    `  "strays ${account} --foreign 2125550100,2125550101 --by NAME --why TEXT"`,
  ];
}

function explanationOf({ isForeign, order }: Stray): string {
  if (isForeign) return 'foreign';
  return order === null ? '' : `order ${order}, by its verdict`;
}

const LOST: List<LostPlan, ReturnType<typeof readDismissal>> = {
  name: 'lost',
  says: [['--dismiss <sha256>', 'the lost plans of this file hold up no other plan any more']],
  example: "--dismiss 3f2a9c01d4e5 --by Ada --why 'it was no remainder of any plan here'",
  read: readDismissal,
  items: (operations, account) => operations.lostPlans(account),
  describe: describeLost,
  async say(operations, account, wish) {
    const lost = lostOfFile(await operations.lostPlans(account), wish.file, account);
    const seen = await confirmDismissal(lost);
    const dismissed = await operations.dismiss(account, { ...wish, seen });
    const lines = [
      `${counted(dismissed.length, 'lost plan')} dismissed.`,
      'Resume each plan that has paused for it: "resume ID"',
    ];
    return { document: dismissed, lines };
  },
};

function describeLost(account: string, lost: LostPlan[]): ScreenLine[] {
  if (lost.length === 0) return ['The ledger has lost no plan that another one waits for.'];
  return [
    ...lostTable(lost),
    ...(lost.every(({ isDismissed }) => isDismissed) ? [] : howToGoOn(account)),
  ];
}

function howToGoOn(account: string): ScreenLine[] {
  return [
    'A file is named by its SHA-256: "sha256sum FILE" prints it. Submit the file of a lost plan',
    'again, unless it is gone. Plans that have sent nothing wait. So do older plans that may ask',
    'for the same numbers: cancel those that do. Then dismiss it:',
    `  "lost ${account} --dismiss SHA256 --by NAME --why TEXT"`,
  ];
}
