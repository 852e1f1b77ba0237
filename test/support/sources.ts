import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';
import { ROOT, read } from './project.ts';

/** What a source file says about itself, as far as the rules of the architecture care. */
export type Source = {
  path: string;
  lineCount: number;
  /** Files by their path from the project's root, packages by their specifier; types count, too. */
  imports: string[];
  /** What it takes from them by name. */
  taken: { from: string; name: string }[];
  /** What it only passes on, by the name that others see. */
  passedOn: string[];
  /** Which members of the global `process` it mentions, such as `env`. */
  processMembers: string[];
  exportsStar: boolean;
  /** Why it cannot be parsed; nothing else is known of it then but its length. */
  fault?: string;
};

export function readSources(folders: string[]): Source[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,js,mjs}`, { cwd: ROOT }))
    .sort()
    .map((path) => parseSource(path, read(path)));
}

/** What pg_dump writes. */
const GENERATED = 'src/ledger/database/schema.sql';

/** Lines of a folder's files that do not fit beside another file on a screen, as `path:line`. */
export function longLinesIn(folder: string): string[] {
  return globSync(`${folder}/**/*.{ts,js,mjs,css,sql,sh,yml,yaml,conf,service}`, { cwd: ROOT })
    .filter((path) => path !== GENERATED)
    .flatMap((path) => longLines(path, read(path)));
}

export function longLines(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, n) => (line.length > 100 ? `${path}:${n + 1}` : []));
}

/** Parsed, not searched for patterns: comments and strings may say what code must not. */
export function parseSource(path: string, text: string): Source {
  const source: Source = {
    path,
    lineCount: text.replace(/\n$/, '').split('\n').length,
    imports: [],
    taken: [],
    passedOn: [],
    processMembers: [],
    exportsStar: false,
  };
  try {
    const program = parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' });
    visit(program, (node) => note(node, source));
  } catch (error) {
    source.fault = (error as Error).message;
  }
  return source;
}

function note(node: Node, source: Source): void {
  const imported = importedBy(node);
  if (imported) source.imports.push(locate(source.path, imported));
  const [module, names] = takenBy(node);
  const from = locate(source.path, module);
  source.taken.push(...names.map((name) => ({ from, name })));
  if (node.type === 'ExportNamedDeclaration' && imported) {
    source.passedOn.push(...list(node.specifiers).map(({ exported }) => nameOf(exported)));
  }
  if (node.type === 'MemberExpression' && /^(given|rig)$/.test(nameOf(node.object))) {
    // What a test has from on-ledger.ts, by its name there.
    source.taken.push({ from: 'src/ledger/index.ts', name: nameOf(node.property) });
  }
  if (node.type === 'ExportAllDeclaration') source.exportsStar = true;
  source.processMembers.push(...processMembersIn(node));
}

type Node = { type: string; [property: string]: unknown };

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (isNode(value)) {
    see(value);
    for (const child of Object.values(value)) visit(child, see);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value;

/** Whatever can draw a module in keeps its name in `source`: import, export from, import(). */
function importedBy({ source }: Node): string | undefined {
  return isNode(source) && typeof source.value === 'string' ? source.value : undefined;
}

/**
 * A module and names of it: `import { a }`, `export { a } from` and `const { a } = await import()`.
 */
function takenBy(node: Node): [module: string, names: string[]] {
  const { init, id, specifiers } = node;
  if (isNode(init) && isNode(init.argument) && isNode(id) && importedBy(init.argument)) {
    const names = list(id.properties).map(({ key }) => nameOf(key));
    return [importedBy(init.argument) ?? '', names];
  }
  const names = list(specifiers).map(({ imported, local }) => nameOf(imported ?? local));
  return [importedBy(node) ?? '', names];
}

function locate(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
}

/** `process.env`, `const { env } = process` and `import { env } from 'node:process'`. */
function processMembersIn(node: Node): string[] {
  if (node.type === 'MemberExpression' && isProcess(node.object)) return [nameOf(node.property)];
  if (node.type === 'VariableDeclarator' && isProcess(node.init) && isNode(node.id)) {
    return list(node.id.properties).map((property) => nameOf(property.key));
  }
  if (node.type === 'ImportDeclaration' && /^(node:)?process$/.test(importedBy(node) ?? '')) {
    return list(node.specifiers).map((specifier) => nameOf(specifier.imported));
  }
  return [];
}

/** Also behind another object, as in `globalThis.process`. */
const isProcess = (value: unknown): boolean =>
  nameOf(value) === 'process' || (isNode(value) && nameOf(value.property) === 'process');

const list = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  return String(value.type === 'Literal' ? value.value : (value.name ?? ''));
}

/** Each circle of imports once, as the files along it. */
export function circles(all: Source[]): string[][] {
  const found: string[][] = [];
  const importsOf = new Map(all.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const walk = (path: string, way: string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path]);
    else if (!done.has(path)) {
      for (const target of importsOf.get(path) ?? []) walk(target, [...way, path]);
      done.add(path);
    }
  };
  for (const path of importsOf.keys()) walk(path, []);
  return found;
}

/** What files do against a rule: the beginnings of sentences. */
export type Breaches = (sources: Source[]) => string[];

/** Of each import that is one. */
export function eachImport(isBreach: (path: string, target: string) => boolean): Breaches {
  return (all) =>
    all.flatMap(({ path, imports }) =>
      imports
        .filter((target) => isBreach(path, target))
        .map((target) => `${path} imports ${target}`),
    );
}

/** Imports of `what` by `who` (default: all), except `butFor`. */
export function importing(rule: { what: RegExp; who?: RegExp; butFor?: RegExp }): Breaches {
  const { what, who = /^/, butFor = /^$/ } = rule;
  return eachImport((path, target) => what.test(target) && who.test(path) && !butFor.test(path));
}

/** Of a member of `process`, in files that are not `allowed`. */
export function mentioning(member: string, ...allowed: string[]): Breaches {
  return (all) =>
    all
      .filter(
        ({ path, processMembers }) => !allowed.includes(path) && processMembers.includes(member),
      )
      .map(({ path }) => `${path} mentions process.${member}`);
}
