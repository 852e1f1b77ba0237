import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { changeAccount } from '../../src/ledger/index.ts';
import { exposition, openMeters } from '../../src/monitor/index.ts';
import { shareQueues } from '../../src/queue/index.ts';
import { readScrape, type Scrape } from '../monitor/scrape.ts';
import { atEnd } from '../support/clean-up.ts';
import { findCommand } from '../support/find-command.ts';
import { dailyLimit, newAccount } from '../support/plans.ts';
import { openQuickLedger } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readManifests } from './manifests.ts';

const MONITORING = resolve(import.meta.dirname, '../../deploy/monitoring');
const read = (name: string) => readFileSync(join(MONITORING, name), 'utf8');

type Rule = { alert: string; expr: string; annotations: Record<string, string> };
const rules: Rule[] = parse(read('alerts.yml')).groups[0].rules;

type Panel = { id: number; title: string; targets: { expr: string }[]; gridPos: object };
const dashboard: { panels: Panel[] } = JSON.parse(read('dashboard.json'));

/** All queries, each with where it stands. */
const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ where: `panel "${title}"`, expr })),
  ),
  ...readManifests()
    .filter(({ kind }) => kind === 'ScaledObject')
    .map(({ spec }) => ({ where: 'the autoscaling', expr: spec.triggers[0].metadata.query })),
];

describe('alerts, dashboard and autoscaling', () => {
  let told: Scrape;
  let text: string;

  beforeAll(async () => {
    const ledger = await openQuickLedger();
    const { name } = await newAccount(ledger);
    await changeAccount(ledger, name, { limits: [dailyLimit(50)] }, { who: 'Ada' });
    const queues = shareQueues({ ledger, redisUrl: null });
    atEnd(queues.close);
    const meters = openMeters();
    const meter = meters.meter(name);
    meter.claimed(1);
    meter.answered('filled', 1);
    ({ text } = await exposition({ ledger, queueOf: queues.of }, meters));
    told = readScrape(text);
  });

  test('ask for what the program tells, by labels that it has', () => {
    for (const { where, expr } of queries) {
      const asked = [...expr.matchAll(/\b((?:bulk_order|nodejs)_\w+)(?:\{([^}]*)\})?/g)];
      expect(asked.length, where).toBeGreaterThan(0);
      for (const [, series = '', matchers = ''] of asked) {
        const labels = told.labels.get(series);
        expect(labels, `${series} in ${where}`).toBeDefined();
        for (const [, label] of matchers.matchAll(/(\w+)\s*[=!]/g))
          expect(labels, `${series} in ${where}`).toContain(label);
      }
    }
  });

  test('miss nothing that the program tells of itself', () => {
    const asked = queries.map(({ expr }) => expr).join('\n');
    for (const name of told.kinds.keys())
      if (name.startsWith('bulk_order_')) expect(asked).toContain(name);
  });

  test('are explained in docs/operations.md, metric by metric', () => {
    const page = readFileSync(resolve(MONITORING, '../../docs/operations.md'), 'utf8');
    const explained = new Set(page.match(/bulk_order_\w+/g));
    const ours = [...told.kinds.keys()].filter((name) => name.startsWith('bulk_order_'));
    expect([...explained].sort()).toEqual(expect.arrayContaining(ours));
  });

  test('show each panel once, and no two in one place', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(panels.length);
  });

  test('wake a person for what the program cannot mend by itself', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'BulkOrderUnknown',
        'BulkOrderAccountPaused',
        'BulkOrderNoProgress',
        'BulkOrderPlanMissing',
      ]),
    );
    for (const { alert, annotations } of rules)
      expect(Object.keys(annotations), alert).toEqual(['summary', 'description']);
  });

  describe.skipIf(!findCommand('promtool'))('as promtool sees them', () => {
    const promtool = (args: string[], input = '') =>
      execFileSync('promtool', args, { cwd: MONITORING, input, stdio: 'pipe', encoding: 'utf8' });

    test('are queries that can be read, and alerts that fire when they should', () => {
      const filled = queries.map(({ expr }, at) => ({
        record: `query:${at}`,
        expr: expr.replaceAll('$account', '.*').replaceAll('$__rate_interval', '1m'),
      }));
      const path = join(temporaryFolder(), 'queries.yml');
      writeFileSync(path, stringify({ groups: [{ name: 'all', rules: filled }] }));
      expect(promtool(['check', 'rules', path])).toContain(`${queries.length} rules found`);
      expect(promtool(['check', 'config', 'prometheus.yml'])).toContain('SUCCESS');
      expect(promtool(['test', 'rules', 'alerts.test.yml'])).toContain('SUCCESS');
    });

    test('are fed with metrics in good form', () => {
      // Node's own come from the client under names that promtool finds fault with.
      const ours = text.split('\n').filter((line) => line.includes('bulk_order_'));
      expect(promtool(['check', 'metrics'], `${ours.join('\n')}\n`)).toBe('');
    });
  });
});
