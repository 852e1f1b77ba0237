/** The number that an option of a script has; the script ends when it has none. */
export function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  process.stderr.write(`--${name} is "${text}": it must be a number, 0 or more.\n`);
  process.exit(1);
}
