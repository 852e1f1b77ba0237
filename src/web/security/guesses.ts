/** How many wrong passwords may be tried at once, and when each is forgotten, ms. */
type Bound = { atOnce: number; forgottenAfterMs: number };

/** Enough for a person's typing errors. A program gets one try in two seconds. */
const BY_NETWORK: Bound = { atOnce: 20, forgottenAfterMs: 2_000 };
/** One program may use many addresses. It must not keep the right person out for long. */
const BY_NAME: Bound = { atOnce: 100, forgottenAfterMs: 500 };

/** When there are more, the oldest are forgotten. */
const MOST_KEPT = 10_000;

export type Guesses = ReturnType<typeof openGuesses>;

/** Counts wrong passwords by address and by name. `now` is a clock that only goes forward, ms. */
export function openGuesses(now: () => number) {
  const networks = openCounts(BY_NETWORK, now);
  const names = openCounts(BY_NAME, now);
  return {
    /** When the next password may be tried from that address for that name, s; 0: now. */
    waitS: (address: string, name: string) =>
      Math.ceil(Math.max(0, networks.waitMs(networkOf(address)), names.waitMs(name)) / 1000),
    wasWrong(address: string, name: string): void {
      networks.add(networkOf(address));
      names.add(name);
    },
  };
}

/** The owner of one IPv6 address has all that begin with the same four groups. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [front = [], back] = address
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  const zeros = back ? Array<string>(8 - front.length - back.length).fill('0') : [];
  return [...front, ...zeros, ...(back ?? [])].slice(0, 4).join(':');
}

/** By key, the time when all wrong passwords are forgotten; each wrong one moves it ahead. */
function openCounts({ atOnce, forgottenAfterMs }: Bound, now: () => number) {
  const forgottenAt = new Map<string, number>();
  return {
    waitMs: (key: string) => (forgottenAt.get(key) ?? 0) - now() - (atOnce - 1) * forgottenAfterMs,
    add(key: string) {
      const at = Math.max(forgottenAt.get(key) ?? 0, now()) + forgottenAfterMs;
      forgottenAt.delete(key);
      forgottenAt.set(key, at);
      const [oldest] = forgottenAt.keys();
      if (forgottenAt.size > MOST_KEPT && oldest !== undefined) forgottenAt.delete(oldest);
    },
  };
}
