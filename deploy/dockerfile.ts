/** One instruction of a Dockerfile. `exec`: its words when it is a JSON array, run by no shell. */
export type Instruction = { name: string; text: string; exec: string[] | null };

export type Stage = { image: string; as: string | null; instructions: Instruction[] };

/** A Dockerfile's stages, in order, as far as ours goes: no ARG, no heredoc, no escapes. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n');
  for (const line of lines) {
    const [, name, rest = ''] = /^\s*([A-Z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (!name) continue;
    if (name === 'FROM') {
      const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
      const [image = '', , as = null] = words;
      stages.push({ image, as, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ name, text: rest, exec: execForm(name, rest) });
    }
  }
  return stages;
}

function execForm(name: string, text: string): string[] | null {
  const command = name === 'HEALTHCHECK' ? text.replace(/^.*?\sCMD\s+/, '') : text;
  return command.startsWith('[') ? JSON.parse(command) : null;
}

/** The variables that the instructions set. */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const words = instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/));
  // A value may have such a sign, too.
  return Object.fromEntries(words.map((word) => /^(.*?)=(.*)$/.exec(word)!.slice(1)));
}

/** What COPY brings: sources, the target, and the stage they come from; null: the context. */
export function copiesOf({ instructions }: Stage) {
  return instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ text }) => {
      const words = text.split(/\s+/);
      const [, from = null] = /^--from=(.+)$/.exec(words[0] ?? '') ?? [];
      const paths = from === null ? words : words.slice(1);
      return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
    });
}

/**
 * Whether a path at the top of the folder gets into the context; the last line that fits decides.
 */
export function entersContext(dockerignore: string, path: string): boolean {
  let isIgnored = false;
  for (const line of dockerignore.split('\n').map((line) => line.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const pattern = line.replace(/^!/, '');
    const fits = pattern.split('*').map(RegExp.escape).join('[^/]*');
    if (new RegExp(`^${fits}$`).test(path)) isIgnored = !line.startsWith('!');
  }
  return !isIgnored;
}
