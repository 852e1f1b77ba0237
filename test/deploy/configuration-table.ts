import { readFileSync } from 'node:fs';

/** Read by Node's packages and by the C library, not by the program. */
const OTHERS = ['NODE_ENV', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_'];

/** What the files of the deployment may set. */
export const knownVariables = () => [...OTHERS, ...configurationTable()];

/** The variables that docs/configuration.md names, and their `…_FILE` where it says so. */
export function configurationTable(): string[] {
  const page = readFileSync(`${import.meta.dirname}/../../docs/configuration.md`, 'utf8');
  const [, section = ''] = /^## Variables\n([\s\S]*?)^## /m.exec(page) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => {
    const names = [...row.split(' | ')[0]!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!);
    return row.includes('`…_FILE`') ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
  });
}
