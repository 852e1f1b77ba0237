import { type Bitmap, type MarkStore, openMarks } from '../../src/witness/index.ts';
import type { Process } from './process.ts';
import { ask, type Wire } from './wire.ts';

/** The marks that all processes share, on a server that can be emptied or lose its last ones. */
export type SharedMarks = {
  over(wire: Wire, process: Process): MarkStore;
  /** What it has now is what is left after `restart`. */
  save(): void;
  /** Another run of the server: it has lost all, or what came after `save`. */
  restart(kept: 'nothing' | 'saved'): void;
  wasLost(): boolean;
};

const storeAway = () => new Error('the store of marks does not answer');

export function openSharedMarks(): SharedMarks {
  let marks = openMarks();
  let saved = openMarks();
  let run = 1;
  let remembersRun: number | null = null;

  return {
    over(wire, process) {
      const over = <T>(name: string, deed: () => T | Promise<T>) =>
        ask(process, wire, { name, lost: storeAway }, deed);
      return {
        mark: (some) => over('mark', () => marks.add(some)),
        remembers: () => over('remembers', () => remembersRun === run),
        recall: () => over('recall', () => copyOf(marks.bitmaps())),
        async learn(bitmaps) {
          const runThen = run;
          const known: Bitmap[] = [];
          for await (const bitmap of bitmaps) known.push(bitmap);
          await over('learn', () => {
            addAll(marks, known);
            remembersRun = runThen;
          });
        },
      };
    },
    save() {
      saved = openMarks();
      addAll(saved, marks.bitmaps());
    },
    wasLost: () => run > 1,
    restart(kept) {
      run += 1;
      marks = openMarks();
      if (kept === 'saved') addAll(marks, saved.bitmaps());
    },
  };
}

const copyOf = (bitmaps: Bitmap[]) =>
  bitmaps.map((bitmap) => ({ ...bitmap, bits: Buffer.from(bitmap.bits) }));

function addAll(marks: ReturnType<typeof openMarks>, bitmaps: Bitmap[]): void {
  for (const { planKey, attempt, bits } of bitmaps) {
    for (let order = 0; order < bits.length * 8; order++) {
      const isSet = ((bits[order >> 3] ?? 0) & (128 >> (order & 7))) !== 0;
      if (isSet) marks.add([{ planKey, attempt, order }]);
    }
  }
}
