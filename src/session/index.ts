export { openOperations } from './open-operations.ts';
export { applySettings, type OwnAccount } from './own-accounts.ts';
export { actingUser, currentUser, openSession, type Session } from './session.ts';
