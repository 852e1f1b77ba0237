import { existsSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT, read } from '../support/project.ts';

export const filesOf = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort();

/** Every document of the project, by its path. */
export const PAGES = filesOf('{*.md,bench/*.md,docs/**/*.md}');

/** The first cells of the tables below a heading, one a row, without the table's head. */
export function firstCells(page: string, heading: string): string[] {
  const [, section = ''] = read(page).split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [chapter = ''] = section.split(/^#+ /m);
  return [...chapter.matchAll(/^\| (.*?) \|/gm)].map(([, cell]) => cell!).slice(1);
}

const FOLDERS = 'src|jobs|test|docs|deploy|bench|examples|development-node|\\.ci|\\.github';
const PATH = new RegExp(`(?<![\\w./-])(?:${FOLDERS})/[\\w./-]*[\\w/]`, 'g');

/** Files and folders that a text names, in words, code or diagrams, and that are not there. */
export function missingPaths(text: string): string[] {
  return [...text.matchAll(PATH)].map(([path]) => path).filter((path) => !exists(path));
}

const exists = (path: string) => existsSync(join(ROOT, path));

/** The blocks of a language in a text, without their fences. */
export const blocksOf = (language: string, text: string): string[] =>
  [...text.matchAll(new RegExp(`^\\s*\`\`\`${language}\\n(.*?)^\\s*\`\`\`$`, 'gms'))].map(
    ([, block]) => block!,
  );

/** Lines of commands that cannot be pasted: two commands in one, or the rest of another. */
export const brokenCommands = (text: string): string[] =>
  blocksOf('sh', text)
    .flatMap((block) => block.replaceAll(/\\\n/g, '').split('\n'))
    .filter((line) => /^\s*-|(\bbulk-order [a-z].*){2}|# .*\bbulk-order [a-z]/.test(line));

/** What a page links to within the project: the file, and the heading if it names one. */
export function linksOf(page: string, text: string): { target: string; heading: string }[] {
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)].map(
    ([, path = '', heading = '']) => ({
      target: path === '' ? page : normalize(join(dirname(page), path)),
      heading,
    }),
  );
}

/** Links that lead to no file, or to no heading of it. */
export function deadLinks(page: string, text: string): string[] {
  return linksOf(page, text)
    .filter(
      ({ target, heading }) =>
        !exists(target) || (heading !== '' && !headingsOf(target).includes(heading)),
    )
    .map(({ target, heading }) => (heading === '' ? target : `${target}#${heading}`));
}

/** As GitHub makes addresses of them. */
function headingsOf(page: string): string[] {
  const text = read(page).replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
