/**
 * Makes the program in a folder, dist/ unless named, for any Node that package.json allows. It and
 * its packages are a few files there: to find and load a file for each of two thousand modules
 * takes longer than to run them. What it finds beside itself has the same place as in the project.
 *
 *   node deploy/build.ts [FOLDER [SCRIPT...]]
 *
 * A script is made beside it, of the same modules: a test's, say.
 */
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '..');
const [folder = 'dist', ...scripts] = process.argv.slice(2);
const DIST = resolve(ROOT, folder);
const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** They find files of theirs beside themselves, or are native code that may be missing. */
const NOT_BUNDLED = [
  /^@electric-sql\//,
  /^(@bull-board\/ui|@valkey\/valkey-glide|msgpackr-extract|pg-native)\b/,
];

rmSync(DIST, { recursive: true, force: true });
const { output } = await build({
  input: ['src/bin.js', ...scripts].map((path) => join(ROOT, path)),
  cwd: ROOT,
  platform: 'node',
  external: NOT_BUNDLED,
  transform: {
    target: engines.node.replace('>=', 'node'),
    // Packages that are no ES modules may use them.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  },
  // Bull Board looks for its page by "eval" when nobody tells it where that is.
  checks: { eval: false },
  output: {
    // All in the folder that src/own-folder.ts names.
    dir: join(DIST, 'src'),
    chunkFileNames: '[name].js',
    // Names stay, for whoever reads a stack. A process keeps its sources in memory: 5 MB less
    // without blanks, and 3 MB less where no letter takes two bytes.
    minify: {
      compress: false,
      mangle: false,
      codegen: { removeWhitespace: true, asciiOnly: true },
    },
  },
});
// Migrations, and what pages are made of.
for (const path of globSync('{examples,src}/**/*.*', {
  cwd: ROOT,
  exclude: ['**/*.ts', 'src/bin.js'],
}))
  cpSync(join(ROOT, path), join(DIST, path));
cpSync(join(ROOT, 'package.json'), join(DIST, 'package.json'));
writeFileSync(join(DIST, 'packages.txt'), licences(output));

/** What each package in the output asks to be handed on with it, and which version it is. */
function licences(output: { type: string; moduleIds?: string[] }[]): string {
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
  const folders = modules.flatMap(
    (id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [],
  );
  const texts = [...new Set(folders)].map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const files = globSync('{licen[cs]e,LICEN[CS]E,Licen[cs]e}*', { cwd: folder });
    const words = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version}, ${license}`, ...words].join('\n\n');
  });
  return texts.sort().join(`\n\n${'-'.repeat(80)}\n\n`);
}
