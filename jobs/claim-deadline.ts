/** From claim to first byte, ms: time to connect. A process that slept longer sends nothing. */
export const START_WITHIN_MS = 15_000;
/** From the last possible answer to the deadline, ms: time to record the answer. */
const RECORD_WITHIN_MS = 15_000;

/** From the claim to the deadline, ms. After the deadline the attempt counts as unknown. */
export function claimDeadlineMs(requestTimeoutMs: number): number {
  return START_WITHIN_MS + requestTimeoutMs + RECORD_WITHIN_MS;
}
