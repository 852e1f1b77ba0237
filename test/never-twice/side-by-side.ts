import { beforeAll, test } from 'vitest';

/** Title, a fact -> what proves it, or throws. */
export type Drills = Record<string, () => Promise<unknown>>;

/**
 * Tests that all run at the same time, before the first of them is reported: what takes their time
 * is to wait for deadlines. What they open is closed when the last one has ended.
 */
export function testSideBySide(drills: Drills): void {
  const runs: Record<string, Promise<unknown>> = {};
  beforeAll(async () => {
    for (const [title, drill] of Object.entries(drills)) runs[title] = drill();
    await Promise.allSettled(Object.values(runs));
  });
  for (const title of Object.keys(drills)) {
    test(title, async () => {
      await runs[title];
    });
  }
}

/** Drills that share what the first one opened. They run in turn, also after one that failed. */
export function inTurn<Scene>(
  open: () => Promise<Scene>,
  drills: Record<string, (scene: Scene) => Promise<unknown>>,
): Drills {
  let scene: Promise<Scene> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return Object.fromEntries(
    Object.entries(drills).map(([title, drill]) => [
      title,
      () => {
        scene ??= open();
        const turn = last.catch(() => {}).then(async () => drill((await scene)!));
        last = turn;
        return turn;
      },
    ]),
  );
}
