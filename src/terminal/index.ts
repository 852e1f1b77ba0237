export { howToBuy, howToMend, listNotes, warningLines } from './notes.ts';
export { openInput, type PlanInput } from './plan-input.ts';
export {
  answer,
  answerFault,
  ask,
  askSecret,
  canAsk,
  endStatus,
  isWatched,
  logFile,
  outliveReaders,
  say,
  showStatus,
  writeJson,
  writeLines,
} from './screen.ts';
export { lastWords, stopSignals } from './signals.ts';
export { hintThrough, shellWord } from './started.ts';
export { inColour, type Piece, type ScreenLine, textOfLine } from './style.ts';
export { table } from './table.ts';
export {
  addServerOptions,
  type Defaults,
  defaultsOf,
  examples,
  idOf,
  newCommand,
  newPlanCommand,
} from './usage.ts';
export { cut, widthOf } from './width.ts';
