import { readFileSync } from 'node:fs';

/** The variables that README's table of the configuration names, and their `…_FILE` where it says so. */
export function configurationTable(): string[] {
  const readme = readFileSync(`${import.meta.dirname}/../../README.md`, 'utf8');
  const [, section = ''] = /^## Configuration\n([\s\S]*?)^## /m.exec(readme) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => {
    const names = [...row.split(' | ')[0]!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!);
    return row.includes('`…_FILE`') ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
  });
}
