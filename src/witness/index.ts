export { type Bitmap, type Mark, openMarks } from './marks.ts';
export { type MarkStore, openWitness, type Witness } from './witness.ts';
