import { Argument, type Command } from 'commander';
import { faultOfPassword, readUsersSetting } from '../config/index.ts';
import { named } from '../english.ts';
import { AppError, usageError } from '../errors.ts';
import { faultOfName } from '../name-rule.ts';
import {
  hashPassword,
  isRole,
  ROLES,
  type Role,
  readOrMakeUsersFile,
  readUsersFile,
  writeUsersFile,
} from '../people/index.ts';
import { answer, askSecret, canAsk, examples, newCommand, table } from '../terminal/index.ts';

type Options = { json?: true; role?: string[] };

export function addUser(program: Command): void {
  newCommand(program, 'user')
    .addArgument(new Argument('<action>').choices(['list', 'add', 'remove']))
    .argument('[name]')
    .option('--role <role>', `what they may do: ${ROLES.join(', ')}; repeat it for more`, collect)
    .addHelpText(
      'after',
      examples(
        'user add ada --role admin',
        'user add grace --role submit --role approve',
        'user list',
        'user remove grace',
      ),
    )
    .action(async (action: string, name: string | undefined, options: Options) => {
      if (action === 'list') return list(options);
      if (name === undefined) throw usageError('Say the name of the user.');
      return action === 'add' ? add(name, options) : remove(name, options);
    });
}

const collect = (role: string, others: string[] = []): string[] => [...others, role];

/** One that is there already gets the new password and roles, and has to sign in again. */
async function add(name: string, { json, role: said = [] }: Options): Promise<void> {
  const fault = faultOfName(name);
  if (fault) throw usageError(`The name of a user ${fault}.`);
  const roles = said.map(roleOf);
  if (roles.length === 0)
    throw usageError(`Say what ${name} may do: --role ${ROLES.join(' or ')}.`);
  const path = pathOfUsers();
  // First: nobody types a password for a file that cannot be used.
  readOrMakeUsersFile(path);
  const password = await hashPassword(await askPassword());
  const file = readOrMakeUsersFile(path);
  const others = file.users.filter((user) => user.name !== name);
  writeUsersFile(path, { ...file, users: [...others, { name, password, roles }] });
  answer(json, { name, roles }, () => [`${name} may sign in, with the ${named('role', roles)}.`]);
}

async function remove(name: string, { json }: Options): Promise<void> {
  const path = pathOfUsers();
  const file = readUsersFile(path);
  const users = file.users.filter((user) => user.name !== name);
  if (users.length === file.users.length) {
    throw new AppError('not_found', `There is no user "${name}" in ${path}.`, { name });
  }
  writeUsersFile(path, { ...file, users });
  answer(json, { name }, () => [`${name} may no longer sign in. Their sessions end within 2 s.`]);
}

function list({ json }: Options): void {
  const users = readUsersFile(pathOfUsers()).users.map(({ name, roles }) => ({ name, roles }));
  answer(json, users, () =>
    users.length === 0
      ? ['There are no users.']
      : table(
          ['user', 'roles'],
          users.map(({ name, roles }) => [name, roles.join(', ')]),
        ),
  );
}

function pathOfUsers(): string {
  const path = readUsersSetting();
  if (path !== null) return path;
  throw usageError(
    'Set USERS_FILE to the file of those who may sign in, such as secrets/users.json.',
  );
}

function roleOf(text: string): Role {
  if (isRole(text)) return text;
  throw usageError(`--role is "${text}": it must be one of ${ROLES.join(', ')}.`);
}

/** Asked twice on a terminal; elsewhere the first line of standard input. */
async function askPassword(): Promise<string> {
  const password = await askSecret('Password: ');
  const fault = faultOfPassword(password);
  if (fault) throw usageError(`The password ${fault}. Nothing was changed.`);
  if (canAsk() && (await askSecret('The same again: ')) !== password) {
    throw usageError('The two passwords differ. Nothing was changed.');
  }
  return password;
}
