import { AppError } from '../errors.ts';

/** A wrong option of the sandbox, or a wrong command to it. */
export function usageError(sentence: string): AppError {
  return new AppError('invalid_usage', sentence);
}
