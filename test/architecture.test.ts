/**
 * The rules of the architecture. Each has code that breaks it: a rule that notices nothing would
 * look like a rule that all files keep.
 */
import { describe, expect, test } from 'vitest';
import {
  type Breaches,
  circles,
  eachImport,
  importing,
  longLines,
  longLinesIn,
  mentioning,
  parseSource,
  readSources,
  type Source,
} from './support/sources.ts';

type Rule = {
  says: string;
  breaches: Breaches;
  /** Small projects (paths and texts), each with a breach in its first file. */
  brokenBy: Record<string, string>[];
};

const rules: Rule[] = [
  {
    says: 'a file can be read, or no other rule is kept for it',
    breaches: (sources) =>
      sources.flatMap(({ path, fault }) => (fault ? `${path} cannot be parsed (${fault})` : [])),
    brokenBy: [{ 'src/plan/a.ts': 'const = 1' }],
  },
  {
    says: 'plan, vendor and report know no queue',
    breaches: importing({
      what: /^(src\/queue\/|bullmq\b|ioredis\b)/,
      who: /^src\/(plan|vendor|report)\//,
    }),
    brokenBy: [
      { 'src/plan/a.ts': "import { open } from '../queue/index.ts';" },
      { 'src/report/deep/a.ts': "export type { Queue } from '../../queue/index.ts';" },
      { 'src/vendor/index.ts': "const { Queue } = await import('bullmq');" },
    ],
  },
  {
    says: 'the configuration is read without the vendor, which not all commands need',
    breaches: importing({ what: /^src\/vendor\//, who: /^src\/config\// }),
    brokenBy: [{ 'src/config/read.ts': "import { check } from '../vendor/index.ts';" }],
  },
  {
    says: 'evidence knows no numbering, or a number that it excludes would be bought again',
    breaches: importing({ what: /^src\/(numbering|fallback)\//, who: /^src\/evidence\// }),
    brokenBy: [
      { 'src/evidence/fits.ts': "import { dayOf } from '../numbering/index.ts';" },
      { 'src/evidence/fits.ts': "import type { Step } from '../fallback/index.ts';" },
    ],
  },
  {
    says: 'only src/ledger/ knows the database drivers',
    breaches: importing({ what: /^(pg(?![^/-])|@electric-sql\/)/, butFor: /^src\/ledger\// }),
    brokenBy: [
      { 'src/queue/open.ts': "import type { Pool } from 'pg';" },
      { 'src/queue/open.ts': "let pool: import('pg').Pool;" },
      { 'jobs/order.ts': "import { DatabaseError } from 'pg-protocol';" },
      { 'src/cli.ts': "import { PGlite } from '@electric-sql/pglite';" },
    ],
  },
  {
    says: 'only src/vendor/ knows undici and XML',
    breaches: importing({ what: /^(undici|fast-xml-\w+)\b/, butFor: /^src\/vendor\// }),
    brokenBy: [
      { 'src/sandbox/answers.ts': "import { XMLBuilder } from 'fast-xml-parser';" },
      { 'jobs/order.ts': "import { request } from 'undici';" },
    ],
  },
  {
    says: 'only src/queue/ knows BullMQ and its Redis client, and jobs/ least of all',
    breaches: importing({ what: /^(bullmq|ioredis)\b/, butFor: /^src\/queue\// }),
    brokenBy: [
      { 'jobs/order.ts': "import type { Job } from 'bullmq';" },
      { 'src/web/board.ts': "import { Redis } from 'ioredis';" },
      { 'src/queue.ts': "import 'bullmq';" },
    ],
  },
  {
    says: 'only src/web/board.ts knows Bull Board',
    breaches: importing({ what: /^@bull-board\//, butFor: /^src\/web\/board\.ts$/ }),
    brokenBy: [
      { 'src/queue/open.ts': "import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';" },
      { 'src/web/server.ts': "import { FastifyAdapter } from '@bull-board/fastify';" },
    ],
  },
  {
    says: 'only src/monitor/ knows Prometheus',
    breaches: importing({ what: /^@prometheus-io\//, butFor: /^src\/monitor\// }),
    brokenBy: [{ 'jobs/order.ts': "import { Counter } from '@prometheus-io/client';" }],
  },
  {
    says: 'only src/tracing/export.ts knows OpenTelemetry',
    breaches: importing({ what: /^@opentelemetry\//, butFor: /^src\/tracing\/export\.ts$/ }),
    brokenBy: [
      { 'jobs/order.ts': "import { trace } from '@opentelemetry/api';" },
      { 'src/tracing/open.ts': "import { TracerProvider } from '@opentelemetry/sdk-trace';" },
    ],
  },
  {
    says: 'only src/node-http.ts loads node:http, in a way that loads no WebSocket as well',
    breaches: (sources) =>
      sources.flatMap(({ path, taken }) =>
        taken
          .filter(({ from }) => from === 'node:http')
          .filter(({ name }) => !/^(Incoming|ServerResponse)/.test(name))
          .map(({ name }) => `${path} imports ${name}`),
      ),
    brokenBy: [
      { 'src/monitor/probes.ts': "import { createServer } from 'node:http';" },
      { 'src/vendor/head.ts': "import * as http from 'node:http';" },
    ],
  },
  {
    says:
      'only src/config/environment.ts reads the environment, except how the program was ' +
      'started',
    breaches: mentioning('env', 'src/config/environment.ts', 'src/terminal/started.ts'),
    brokenBy: [
      { 'src/cli.ts': 'const url = process.env.DATABASE_URL;' },
      { 'src/cli.ts': "const url = process['env'].DATABASE_URL;" },
      { 'src/web/config.ts': 'const { env } = globalThis.process;' },
      { 'jobs/order.ts': "import { env as surroundings } from 'node:process';" },
    ],
  },
  {
    says: 'only src/terminal/ writes to the terminal, where all is made harmless',
    breaches: (sources) =>
      ['stdout', 'stderr', 'stdin'].flatMap((stream) =>
        mentioning(stream, 'src/terminal/screen.ts')(sources),
      ),
    brokenBy: [
      { 'src/commands/show.ts': 'process.stdout.write(name);' },
      { 'jobs/order.ts': "import { stderr } from 'node:process';" },
      { 'src/cli.ts': 'const { stdin } = process;' },
    ],
  },
  {
    says: 'only src/cli.ts and last words at a signal end the process',
    breaches: mentioning('exit', 'src/cli.ts', 'src/terminal/signals.ts'),
    brokenBy: [
      { 'src/config/read.ts': 'if (!key) process.exit(1);' },
      { 'src/commands/cli.ts': "import { exit } from 'node:process';" },
    ],
  },
  {
    says: 'a folder of src/ is entered by its index.ts only',
    breaches: eachImport((path, target) => {
      const [, folder] = target.match(/^src\/([^/]+)\//) ?? [];
      if (!folder || folder === 'commands' || path.startsWith(`src/${folder}/`)) return false;
      return target !== `src/${folder}/index.ts`;
    }),
    brokenBy: [
      { 'src/report/a.ts': "import { rows } from '../ledger/statements.ts';" },
      { 'src/cli.ts': "import { parse } from './plan/parse.ts';" },
      { 'jobs/order.ts': "export { send } from '../src/vendor/deep/index.ts';" },
    ],
  },
  {
    says: 'other folders use what an index exports',
    breaches: unusedExports,
    brokenBy: [
      { 'src/plan/index.ts': "export { unused } from './a.ts';" },
      {
        'src/plan/index.ts': "export { type A, type B as Unused } from './a.ts';",
        'src/plan/b.ts': "import type { Unused } from './index.ts';",
        'src/cli.ts': "import type { B } from './plan/index.ts';",
        'jobs/a.ts': "const { A } = await import('../src/plan/index.ts');",
      },
    ],
  },
  {
    says: 'only src/command-line.ts picks a command, and no command uses another',
    breaches: importing({ what: /^src\/commands\//, butFor: /^src\/command-line\.ts$/ }),
    brokenBy: [
      { 'src/web/api.ts': "import { submit } from '../commands/submit.ts';" },
      { 'src/commands/up.ts': "import { openWebFor } from './serve.ts';" },
    ],
  },
  {
    says: 'imports go round in no circle',
    breaches: (sources) => circles(sources).map((circle) => `${circle.join(' imports ')}`),
    brokenBy: [
      { 'src/a.ts': "import './a.ts';" },
      {
        'src/plan/a.ts': "import './b.ts';",
        'src/plan/b.ts': "export type { C } from './c.ts';",
        'src/plan/c.ts': "import { d } from './d.ts'; import { a } from './a.ts';",
        'src/plan/d.ts': '',
      },
    ],
  },
  {
    says: 'a file has at most 300 lines',
    breaches: (sources) =>
      sources
        .filter(({ lineCount }) => lineCount > 300)
        .map(({ path, lineCount }) => `${path} has ${lineCount} lines`),
    brokenBy: [{ 'src/long.ts': '// another line\n'.repeat(301) }],
  },
  {
    says: 'a name tells what is inside, and utils, helpers, types and common do not',
    breaches: (sources) =>
      sources
        .filter(({ path }) => /(^|\/)(utils?|helpers?|types?|common)(\/|\.)/i.test(path))
        .map(({ path }) => `${path} has such a name`),
    brokenBy: [
      { 'src/plan/utils.ts': '' },
      { 'src/helpers/csv.ts': '' },
      { 'jobs/types.d.ts': '' },
    ],
  },
  {
    says: 'what a file exports, it names',
    breaches: (sources) =>
      sources.filter(({ exportsStar }) => exportsStar).map(({ path }) => `${path} exports *`),
    brokenBy: [
      { 'src/plan/index.ts': "export * from './a.ts';" },
      { 'src/plan/index.ts': "export type * as plan from './a.ts';" },
    ],
  },
];

const sources = readSources(['src', 'jobs']);
/** They keep no rules here, and use what indexes export. */
const others = readSources(['test', 'bench']);

describe('src and jobs keep the rule that', () => {
  test.each(rules)('$says', ({ says, breaches }) => {
    expect(sentences(says, breaches(sources))).toEqual([]);
  });
});

describe('a breach is noticed of the rule that', () => {
  test.each(rules)('$says', ({ says, breaches, brokenBy }) => {
    for (const files of brokenBy) {
      const [culprit] = Object.keys(files);
      const found = breaches(Object.entries(files).map((file) => parseSource(...file)));
      expect(sentences(says, found), JSON.stringify(files)).toEqual([
        expect.stringMatching(`^${culprit} `),
      ]);
    }
  });
});

describe('no line is longer than 100 columns', () => {
  test.each(['src', 'jobs', 'test', 'bench', 'deploy'])('in %s', (folder) => {
    expect(longLinesIn(folder)).toEqual([]);
  });

  test('or it is noticed', () => {
    const lines = ['', 'x'.repeat(100), 'x'.repeat(101)].join('\n');
    expect(longLines('src/long.ts', lines)).toEqual(['src/long.ts:3']);
  });
});

test('comments, strings and like-named things break no rule', () => {
  const innocent = parseSource(
    'src/plan/a.ts',
    `// process.env is read elsewhere, and import 'bullmq' is not ours
    import { pgn } from 'pgn-parser';
    process.exitCode = 1;
    const text = "process.exit(1); export * from 'pg'";
    settings.env.process = other.exit();`,
  );
  expect(rules.flatMap(({ breaches }) => breaches([innocent]))).toEqual([]);
});

function sentences(says: string, breaches: string[]): string[] {
  return breaches.map((breach) => `${breach}, but ${says}.`);
}

/** What an index exports and no other folder imports, tests and benchmarks included. */
function unusedExports(all: Source[]): string[] {
  const taken = [...all, ...others].flatMap((source) =>
    source.taken
      .filter(({ from }) => !source.path.startsWith(from.replace(/index\.ts$/, '')))
      .map(({ from, name }) => `${from} exports ${name}`),
  );
  const shown = all
    .filter(({ path }) => /^src\/[^/]+\/index\.ts$/.test(path))
    .flatMap(({ path, passedOn }) => passedOn.map((name) => `${path} exports ${name}`));
  return [...new Set(shown).difference(new Set(taken))];
}
