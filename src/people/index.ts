export {
  type Account,
  accountOf,
  type Directory,
  openPasswords,
  type Passwords,
  requireOneEach,
  rolesOfGroups,
  type SignIn,
} from './directory.ts';
export { hashPassword, isPassword, SHORTEST_PASSWORD } from './password.ts';
export { faultOfName, isNamed, mayDo, type Person, whoIs } from './person.ts';
export { personOfProxy } from './proxy.ts';
export { isRole, ROLES, type Role } from './role.ts';
export { makeSession, readSession, SESSION_S } from './session-cookie.ts';
export { isToken, makeToken, openTokens, type Tokens, TokenWish } from './tokens.ts';
export {
  readOrMakeUsersFile,
  readUsersFile,
  type User,
  type UsersFile,
  writeUsersFile,
} from './users-file.ts';
