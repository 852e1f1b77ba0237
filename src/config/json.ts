/**
 * Where a text stops being JSON, in words; null when it is JSON. The parser's own message is not
 * used: it quotes the text around the place, and that may be a key.
 */
export function faultOfJson(text: string): string | null {
  const message = complaint(text);
  if (message === null) return null;
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  if (line) return `line ${line}, column ${column}`;
  if (!isBadToken(message)) return 'its end, which comes too early';
  // Of this fault the parser does not say where: it is at the end of the shortest text that has it.
  let end = 1;
  while (!isBadToken(complaint(text.slice(0, end)) ?? '')) end += 1;
  const lines = text.slice(0, end).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length}`;
}

const isBadToken = (message: string) => message.startsWith('Unexpected token');

function complaint(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}
