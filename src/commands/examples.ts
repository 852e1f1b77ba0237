import { typed } from '../terminal/index.ts';

/** The end of a help text: commands as they can be typed. */
export function examples(...commands: string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  ${typed(command)}`)].join('\n');
}
