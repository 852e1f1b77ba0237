/** One thing that can happen: in words, and what is so afterwards. */
export type Step<State> = { says: string; to: State };

export type World<State> = {
  start: State;
  steps: (state: State) => Step<State>[];
  /** The same for states that are the same. */
  keyOf: (state: State) => string;
  /** What is wrong with a state, in words; null: nothing. */
  wrong: (state: State) => string | null;
};

export type Explored = {
  states: number;
  /**
   * The shortest way to a wrong state, step by step, and last what is wrong; null: there is none.
   */
  trace: string[] | null;
};

type Trail = { says: string; before: Trail } | null;

/** Visits every state that can be reached, the near ones first, until one is wrong. */
export function explore<State>({ start, steps, keyOf, wrong }: World<State>): Explored {
  const known = new Set([keyOf(start)]);
  let front: { state: State; trail: Trail }[] = [{ state: start, trail: null }];
  while (front.length > 0) {
    const next: typeof front = [];
    for (const { state, trail } of front) {
      for (const { says, to } of steps(state)) {
        const key = keyOf(to);
        if (known.has(key)) continue;
        known.add(key);
        const fault = wrong(to);
        const reached = { says, before: trail };
        if (fault !== null) return { states: known.size, trace: [...told(reached), fault] };
        next.push({ state: to, trail: reached });
      }
    }
    front = next;
  }
  return { states: known.size, trace: null };
}

function told(trail: Trail): string[] {
  const says: string[] = [];
  for (let at = trail; at !== null; at = at.before) says.unshift(at.says);
  return says;
}
