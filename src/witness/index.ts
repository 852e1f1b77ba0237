export { type Bitmap, joined, type Mark, openMarks, ordersIn } from './marks.ts';
export {
  type Answered,
  isLearnt,
  LEARNT,
  type MarkCall,
  type MarkStore,
  openWitness,
  type Recalled,
  type Sent,
  type Witness,
} from './witness.ts';
