export { COMMAND_NAMES, SERVED_COMMANDS } from './command-names.ts';
export {
  ask,
  canAsk,
  endStatus,
  isWatched,
  outliveReaders,
  showStatus,
  typedIn,
  writeJson,
  writeLines,
} from './screen.ts';
export { hintThrough, shellWord, typed } from './started.ts';
export { inColour, type Line, type Piece, textOfLine } from './style.ts';
export { table } from './table.ts';
export { cut, widthOf } from './width.ts';
