import type { Command } from 'commander';
import { counted } from '../english.ts';
import type { Stray } from '../ledger/index.ts';
import { chooseAccount, readForeign, type SaidForeign } from '../operations/index.ts';
import { actingUser, openOperations, serverOption, tokenOption } from '../session/index.ts';
import { answer, examples, newCommand, type ScreenLine, table } from '../terminal/index.ts';

type Options = SaidForeign & { json?: true; by?: string };

export function addStrays(program: Command): void {
  newCommand(program, 'strays')
    .argument('[account]')
    .option('--foreign <n,n>', 'these were bought outside this program')
    .option('--not-foreign <n,n>', 'take that back')
    .option('--against-evidence', 'say it although the evidence contradicts it')
    .option('--by <name>', 'the person who says it')
    .option('--why <text>', 'how you know it')
    .addOption(serverOption())
    .addOption(tokenOption())
    .addHelpText(
      'after',
      examples(
        'strays',
        "strays --foreign 2125550100,2125550101 --by Ada --why 'bought in the portal'",
      ),
    )
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { json, foreign, notForeign, againstEvidence, by, why } = options;
      const isSaid = [foreign, notForeign, againstEvidence, by, why].some((each) => each);
      const wish = isSaid ? readForeign(options, { who: actingUser(), by }) : undefined;
      await using operations = await openOperations('strays', command);
      const how = (first: string) => `Say which one, such as "strays ${first}".`;
      const account = chooseAccount(await operations.accounts(), name, { how }).name;
      if (!wish) {
        const strays = await operations.strays(account);
        answer(json, strays, () => describe(account, strays));
        return;
      }
      const numbers = await operations.callForeign(account, wish);
      const are = numbers.length === 1 ? 'is' : 'are';
      const what = wish.undo ? 'not foreign any more' : 'foreign';
      answer(json, { numbers }, () => [`${counted(numbers.length, 'number')} ${are} ${what}.`]);
    });
}

function describe(account: string, strays: Stray[]): ScreenLine[] {
  if (strays.length === 0)
    return ['Every number that came since the first purchase belongs to an order here.'];
  return [
    ...table(
      ['number', 'on the list since', ''],
      strays.map(({ number, listedAt, isForeign }) => [
        number,
        listedAt.toISOString(),
        isForeign ? 'foreign' : '',
      ]),
    ),
    'No order has them. Say which of them were bought outside this program:',
    `  "strays ${account} --foreign 2125550100,2125550101 --by NAME --why TEXT"`,
  ];
}
