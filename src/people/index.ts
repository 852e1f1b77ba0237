export {
  type Directory,
  knownPerson,
  openPasswords,
  type Passwords,
  requireOneEach,
  rolesOfGroups,
  type SignIn,
} from './directory.ts';
export { hashPassword } from './password.ts';
export { isNamed, mayDo, type Person, whoIs } from './person.ts';
export { personOfProxy } from './proxy.ts';
export { isRole, ROLES, type Role, TOKEN_ROLES } from './role.ts';
export { makeSession, readSession } from './session-cookie.ts';
export {
  isToken,
  makeToken,
  TOKEN_DAYS,
  type TokenLookup,
  TokenWish,
  tokenLookup,
} from './tokens.ts';
export {
  readOrMakeUsersFile,
  readUsersFile,
  type UsersFile,
  writeUsersFile,
} from './users-file.ts';
