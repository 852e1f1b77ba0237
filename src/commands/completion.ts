import { Argument, type Command } from 'commander';
import { examples, newCommand, writeLines } from '../terminal/index.ts';

export function addCompletion(program: Command): void {
  newCommand(program, 'completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      examples(
        'completion bash > ~/.local/share/bash-completion/completions/bulk-order',
        'completion zsh > ~/.zsh/completions/_bulk-order',
        'completion fish > ~/.config/fish/completions/bulk-order.fish',
      ),
    )
    .action((shell: keyof typeof SHELLS) => {
      writeLines('stdout', ...SHELLS[shell](commandsOf(program)));
    });
}

type Flag = { flag: string; takesValue: boolean; description: string };
type Completed = { name: string; description: string; flags: Flag[]; choices: string[] };

function commandsOf(program: Command): Completed[] {
  const flagsOf = (command: Command): Flag[] =>
    command
      .createHelp()
      .visibleOptions(command)
      .map(({ long, required, description }) => ({
        flag: long ?? '',
        takesValue: required,
        description,
      }));
  const everywhere = flagsOf(program).filter(({ flag }) => flag === '--json');
  return [program, ...program.commands].map((command) => ({
    name: command === program ? '' : command.name(),
    description: command.description(),
    flags: command === program ? flagsOf(program) : [...flagsOf(command), ...everywhere],
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }));
}

const SHELLS = { bash, zsh, fish };

/** When nothing matches, the shell completes file names. */
function bash(commands: Completed[]): string[] {
  const [top, ...rest] = commands as [Completed, ...Completed[]];
  const names = rest.map(({ name }) => name);
  const words = ({ flags, choices }: Completed) => [...choices, ...flags.map(({ flag }) => flag)];
  const chosen = rest.filter(({ choices }) => choices.length > 0).map(({ name }) => `${name}:* | `);
  return [
    '_bulk_order() {',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own
    '  local word=${COMP_WORDS[COMP_CWORD]} command= words= i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    [[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]}; break; }',
    '  done',
    '  case $command in',
    `    '') words='${[...names, ...words(top)].join(' ')}' ;;`,
    ...rest.map((each) => `    ${each.name}) words='${words(each).join(' ')}' ;;`),
    '  esac',
    '  COMPREPLY=()',
    '  case $command:$word in',
    `    :* | ${chosen.join('')}*:-*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;`,
    '  esac',
    '}',
    'complete -o default -F _bulk_order bulk-order',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own
  ];
}

function zsh(commands: Completed[]): string[] {
  const [top, ...rest] = commands as [Completed, ...Completed[]];
  const spec = ({ flag, takesValue, description }: Flag) =>
    quoted(
      `${flag}[${description.replace(/[[\]:]/g, '\\$&')}]${takesValue ? ':value:_files' : ''}`,
    );
  const specs = ({ flags, choices }: Completed) => [
    ...flags.map(spec),
    quoted(choices.length > 0 ? `*:choice:(${choices.join(' ')})` : '*:file:_files'),
  ];
  return [
    '#compdef bulk-order',
    '_bulk_order() {',
    '  local state',
    '  local -a commands=(',
    ...rest.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`),
    '  )',
    `  _arguments -C ${top.flags.map(spec).join(' ')} '1: :->command' '*:: :->rest'`,
    '  case $state in',
    '    command) _describe command commands ;;',
    '    rest) case $words[1] in',
    ...rest.map((each) => `      ${each.name}) _arguments ${specs(each).join(' ')} ;;`),
    '    esac ;;',
    '  esac',
    '}',
    // Autoloaded from a folder of functions, it completes at once. Sourced, it registers itself.
    'if [[ $funcstack[1] == _bulk-order ]]; then',
    '  _bulk_order "$@"',
    'else',
    '  compdef _bulk_order bulk-order',
    'fi',
  ];
}

function fish(commands: Completed[]): string[] {
  const [top, ...rest] = commands as [Completed, ...Completed[]];
  const complete = 'complete -c bulk-order';
  const option = ({ flag, takesValue, description }: Flag) =>
    `-l ${flag.slice(2)}${takesValue ? ' -r' : ''} -d ${quoted(description, 'fish')}`;
  return [
    ...rest.map(
      ({ name, description }) =>
        `${complete} -n __fish_use_subcommand -f -a ${name} -d ${quoted(description, 'fish')}`,
    ),
    ...top.flags.map((flag) => `${complete} -n __fish_use_subcommand ${option(flag)}`),
    ...rest.flatMap(({ name, flags, choices }) => {
      const when = `-n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...flags.map((flag) => `${complete} ${when} ${option(flag)}`),
        ...(choices.length > 0 ? [`${complete} ${when} -f -a '${choices.join(' ')}'`] : []),
      ];
    }),
  ];
}

/** A word for a shell. Fish escapes a quote within quotes; the others leave the quotes for it. */
function quoted(text: string, shell: 'fish' | 'others' = 'others'): string {
  return `'${text.replaceAll("'", shell === 'fish' ? "\\'" : `'\\''`)}'`;
}
