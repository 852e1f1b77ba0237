/** What the pages of docs/ say is what the code says. */
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES, SERVED_COMMANDS } from '../../src/command-list.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import {
  COLUMN_NAMES,
  LINES_COLUMNS,
  NUMBERS_COLUMNS,
  SURPLUS_COLUMNS,
  UNKNOWN_COLUMNS,
} from '../../src/plan/index.ts';
import { SHORT_STOCK } from '../../src/sandbox/index.ts';
import { program } from '../commands/program.ts';
import { configurationTable } from '../deploy/configuration-table.ts';
import { read } from '../support/project.ts';
import { filesOf, firstCells } from './pages.ts';

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found!);

const codesIn = (cells: string[]): string[] =>
  cells.flatMap((cell) => all(cell, /`([^`]+)`/g)).sort();

describe('docs/commands.md', () => {
  const page = read('docs/commands.md');

  test('has every command', () => {
    const named = codesIn(firstCells('docs/commands.md', 'Commands')).map(
      (code) => code.split(' ')[0]!,
    );
    expect([...new Set(named)].filter((name) => !name.startsWith('-')).sort()).toEqual(
      COMMAND_NAMES.toSorted(),
    );
  });

  test('has every option, and no other', async () => {
    const options = (await program()).commands.flatMap((command) =>
      command.options.map(({ long }) => long!),
    );
    const named = all(page, /(?<![\w-])(--[a-z][a-z-]+)/g);
    expect(new Set(named)).toEqual(new Set([...options, '--help', '--json']));
  });

  test('says which commands work through a server', () => {
    const [, list = ''] = /## Through a server\n\n(.*?) take `--server URL`/s.exec(page) ?? [];
    expect(all(list, /`(\w+)`/g).sort()).toEqual(SERVED_COMMANDS.toSorted());
  });
});

describe('docs/configuration.md', () => {
  test('has every variable, and says which ones a file may hold', () => {
    const [, shape = ''] = /const VARIABLES = \{(.*?)^\} satisfies/ms.exec(
      read('src/config/variables.ts'),
    )!;
    const [, inFiles = ''] = /const IN_FILES = \[(.*?)\];/s.exec(
      read('src/config/environment.ts'),
    )!;
    const known = [
      ...all(shape, /^ {2}([A-Z_]+):/gm),
      ...all(inFiles, /'([A-Z_]+)'/g).map((name) => `${name}_FILE`),
    ];
    expect(configurationTable().sort()).toEqual(known.sort());
  });
});

describe('docs/errors.md', () => {
  test('has the status of every code', () => {
    const stated = read('docs/errors.md')
      .split('\n')
      .flatMap((line) => {
        const [, status, codes = ''] = /^\| (\d{3}) \| (.*) \|$/.exec(line) ?? [];
        return status ? codesIn([codes]).map((code) => [code, Number(status)]) : [];
      });
    const [, statuses = ''] = /const STATUS: .*? = \{(.*?)\};/s.exec(read('src/web/problem.ts'))!;
    const given = [...statuses.matchAll(/(\w+): (\d{3})/g)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(given).toHaveLength(Object.keys(ERROR_CODES).length);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(given));
  });
});

describe('docs/invariants.md', () => {
  const page = read('docs/invariants.md');
  const schema = read('src/ledger/database/schema.sql');

  test('names constraints and triggers that the database has', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| database |'));
    const named = rows.flatMap((row) => all(row, /`(\w+_\w+)`/g));
    expect(named.length).toBeGreaterThan(15);
    const missing = named.filter((name) => !new RegExp(`\\b${name}\\b`).test(schema));
    expect(missing).toEqual([]);
  });

  test('draws the moves that the database lets an order make', () => {
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): /gm)].map(([, ...move]) => move);
    const [, trigger = ''] = /TRIGGER orders_legal_move (.*?);/s.exec(schema)!;
    const states = all(trigger, /'(\w+)'/g);
    const legal = states
      .filter((_, at) => at % 2 === 0)
      .map((from, at) => [from, states[at * 2 + 1]]);
    expect(legal.length).toBeGreaterThan(10);
    expect(drawn.map(String).sort()).toEqual(legal.map(String).sort());
  });

  test('has every law of the audit', () => {
    const laws = ['src/ledger/audit.ts', 'src/commands/audit.ts'].flatMap((path) =>
      all(read(path), /\blaw: '(\w+)'/g),
    );
    expect(codesIn(firstCells('docs/invariants.md', 'The audit'))).not.toEqual([]);
    expect(all(page, /^\| `(\w+)` \| [^|]+ \|$/gm).sort()).toEqual(laws.sort());
  });
});

test('docs/architecture.md has every folder of src/', () => {
  const named = codesIn(firstCells('docs/architecture.md', 'Folders'));
  const folders = filesOf('src/*/*').map((path) => `${path.split('/').slice(0, 2).join('/')}/`);
  expect(named).toEqual(expect.arrayContaining([...new Set(folders)]));
});

test('docs/operations.md has every alert', () => {
  const alerts = all(read('deploy/monitoring/alerts.yml'), /^ +- alert: (\w+)$/gm);
  expect(codesIn(firstCells('docs/operations.md', 'Alerts and dashboard'))).toEqual(alerts.sort());
});

test('docs/operations.md has every area code of which the sandbox is short, with its stock', () => {
  const section = read('docs/operations.md').split('## The sandbox')[1]!;
  const rows = section.matchAll(
    /^\| `(\d{3})` [^|]+\| (\d+)(?:; filled up to (\d+) every (\d+))?/gm,
  );
  const told = [...rows].map(([, code, level, numbers, seconds]) => [
    code,
    numbers === undefined
      ? Number(level)
      : {
          level: Number(level),
          refill: { everySeconds: Number(seconds), numbers: Number(numbers) },
        },
  ]);
  expect(Object.fromEntries(told)).toEqual(SHORT_STOCK);
});

describe('docs/plan-format.md', () => {
  const page = read('docs/plan-format.md');

  test('has every column of a plan', () => {
    const named = codesIn(firstCells('docs/plan-format.md', 'Columns'));
    expect(named).toEqual([...COLUMN_NAMES, 'fault'].sort());
  });

  test.each([
    ['numbers.csv', NUMBERS_COLUMNS],
    ['lines.csv', LINES_COLUMNS],
    ['unknown.csv', UNKNOWN_COLUMNS],
    ['surplus.csv', SURPLUS_COLUMNS],
  ])('has the columns of %s', (name, columns) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` | \``))!;
    expect(all(row, /`(\w+)`/g)).toEqual(columns);
  });
});
