import type { Operations } from './operations.ts';
import type { ServerSignIn } from './request.ts';

/** Rejects with AppError `invalid_usage` when it is not the address of a server. */
export async function operationsOver(
  address: string,
  signIn: ServerSignIn | null,
): Promise<Operations> {
  // Most commands ask no server, and start faster without.
  const { remoteOperations } = await import('./remote.ts');
  return remoteOperations(address, signIn);
}
