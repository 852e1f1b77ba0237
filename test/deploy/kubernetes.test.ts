import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { environmentOf, readDockerfile } from '../../deploy/dockerfile.ts';
import { program } from '../commands/program.ts';
import { findCommand } from '../support/find-command.ts';
import { ROOT, read } from '../support/project.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { configurationTable } from './configuration-table.ts';
import { KUBERNETES, type Manifest, readManifests } from './manifests.ts';

const manifests = readManifests();
const find = (kind: string, name: string): Manifest => {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} "${name}".`);
  return found;
};
const kustomization = parse(readFileSync(join(KUBERNETES, 'kustomization.yaml'), 'utf8'));
const settings: Record<string, string> = Object.fromEntries(
  kustomization.configMapGenerator[0].literals.map((literal: string) => literal.split('=', 2)),
);
const pods = manifests
  .filter(({ spec }) => spec?.template)
  .map(({ metadata, spec }) => ({ name: metadata.name, pod: spec.template.spec }));

/** The package in which a kind's published schema comes. */
const packageOf = ({ apiVersion }: Manifest) =>
  [
    apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models',
    apiVersion,
  ].join('/');

describe('the manifests', () => {
  test('are what the published schemas of Kubernetes and KEDA ask for', async () => {
    for (const manifest of manifests) {
      const Model = (await import(packageOf(manifest)))[manifest.kind];
      expect(() => new Model(manifest).validate(), manifest.metadata.name).not.toThrow();
    }
    const { Deployment } = await import('kubernetes-models/apps/v1');
    const worker = find('Deployment', 'worker');
    const broken = { ...worker, spec: { ...worker.spec, replicas: 'many' } };
    expect(() => new Deployment(broken).validate()).toThrow('replicas');
  });

  test('have no field that those schemas do not know', () => {
    expect(compile(manifests)).toBe('');
    const worker = structuredClone(find('Deployment', 'worker'));
    worker.spec.template.spec.containers[0].livenesProbe = {};
    expect(compile([worker])).toContain('livenesProbe');
  });

  test.skipIf(!findCommand('kubectl'))('are put together by kustomize', () => {
    const built = execFileSync('kubectl', ['kustomize', KUBERNETES], { encoding: 'utf8' });
    expect(built.match(/^kind: /gm)).toHaveLength(manifests.length + 1);
    expect(built).not.toMatch(/image: bulk-order$/m);
  });

  test.skipIf(!findCommand('kubectl'))(
    'become those for several accounts, and with notices',
    () => {
      const folder = temporaryFolder();
      const at = (name: string) => relative(realpathSync(folder), join(ROOT, 'deploy', name));
      const overlay = { resources: [at('several-accounts')], components: [at('notices')] };
      writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(overlay));
      const built = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
      const worker = parseAllDocuments(built)
        .map((document) => document.toJS() as Manifest)
        .find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'worker')!;
      expect(filesOf(worker.spec.template.spec)).toEqual({
        ACCOUNTS_FILE: 'accounts',
        DATABASE_URL_FILE: 'database-url',
        NOTICE_SECRET_FILE: 'notice-secret',
        NOTICE_URL_FILE: 'notice-url',
        REDIS_URL_FILE: 'redis-url',
      });
    },
  );

  test('are all named in kustomization.yaml, and the image by a version', () => {
    const files = globSync(`${KUBERNETES}/*.yaml`).map((path) => basename(path));
    expect([...kustomization.resources, 'kustomization.yaml'].sort()).toEqual(files.sort());
    const { version } = JSON.parse(read('package.json'));
    expect(kustomization.images).toMatchObject([{ name: 'bulk-order', newTag: version }]);
  });
});

describe('every pod', () => {
  test('runs a command that there is, with variables that docs/configuration.md has', async () => {
    const commands = (await program()).commands.map((command) => command.name());
    const known = configurationTable();
    for (const { name, pod } of pods) {
      const [container] = pod.containers;
      expect(commands, name).toContain(container.args[0]);
      for (const { name: variable } of container.env) expect(known, name).toContain(variable);
      expect(container.envFrom, name).toEqual([{ configMapRef: { name: 'settings' } }]);
    }
    for (const variable of Object.keys(settings)) expect(known).toContain(variable);
    expect(pods.map(({ name }) => name).sort()).toEqual(['migrate', 'web', 'worker']);
  });

  test("may do no more than the restricted standard allows, without the cluster's token", () => {
    for (const { name, pod } of pods) {
      expect(pod.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.automountServiceAccountToken, name).toBe(false);
      expect(pod.containers[0].securityContext, name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(pod.containers[0].resources, name).toMatchObject({
        requests: { cpu: expect.anything(), memory: expect.anything() },
        limits: { memory: expect.anything() },
      });
    }
  });

  test('has its secrets as files, each under the name that the variable says', () => {
    const servers = { DATABASE_URL_FILE: 'database-url', REDIS_URL_FILE: 'redis-url' };
    const asked = Object.fromEntries(pods.map(({ name, pod }) => [name, filesOf(pod)]));
    expect(asked).toEqual({
      migrate: { DATABASE_URL_FILE: 'database-url' },
      web: { ...servers, WEB_USER_FILE: 'web-user', WEB_PASSWORD_FILE: 'web-password' },
      worker: {
        ...servers,
        DIALOGTECH_ACCESS_KEY_FILE: 'dialogtech-access-key',
        DIALOGTECH_SECRET_ACCESS_KEY_FILE: 'dialogtech-secret-access-key',
      },
    });
  });

  test('that stays is asked on the port that the image opens for probes', () => {
    const image = readDockerfile(read('Dockerfile')).at(-1)!;
    const port = Number(environmentOf(image).HEALTH_PORT);
    for (const { name, pod } of pods.filter(({ name }) => name !== 'migrate')) {
      const [container] = pod.containers;
      expect(container.ports, name).toContainEqual({ name: 'health', containerPort: port });
      expect(container.livenessProbe.httpGet, name).toEqual({ path: '/healthz', port: 'health' });
      expect(container.readinessProbe.httpGet, name).toEqual({ path: '/readyz', port: 'health' });
    }
  });
});

describe('workers', () => {
  test('have longer to stop than an order and the recording of its answer may take', () => {
    // As in src/worker/worker.ts: to record, and twice to leave; and 3 s for the queue to hear of
    // it.
    const stop = 10 + 2 * 2 + 3;
    // Then the last notices, the traces and the ledger's connections.
    const needed = Number(settings.REQUEST_TIMEOUT) + stop + 2 * 3 + 2 + 3;
    const { terminationGracePeriodSeconds } = find('Deployment', 'worker').spec.template.spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(needed);
  });

  test('are as many as the pace can make use of, and as PostgreSQL has connections for', () => {
    const { spec, metadata } = find('ScaledObject', 'worker');
    const pace = Number(metadata.annotations['bulk-order/pace']);
    const seconds = Number(metadata.annotations['bulk-order/answer-seconds']);
    const concurrency = Number(settings.CONCURRENCY);
    expect(spec.maxReplicaCount).toBe(Math.ceil((pace * seconds) / concurrency));
    expect(spec.minReplicaCount).toBeGreaterThan(0);
    expect(Number(spec.triggers[0].metadata.threshold)).toBe(concurrency);
    // One more of each while they are rolled out; 97 are left to users without superuser rights.
    expect((spec.maxReplicaCount + 1 + 2) * 4).toBeLessThan(97);
    // Else each rollout would set back what KEDA has decided.
    expect(find('Deployment', 'worker').spec.replicas).toBeUndefined();
    expect(spec.scaleTargetRef.name).toBe('worker');
  });

  test('are drained one by one, and kept apart where that can be had', () => {
    const { selector, template } = find('Deployment', 'worker').spec;
    expect(find('PodDisruptionBudget', 'worker').spec).toEqual({ maxUnavailable: 1, selector });
    const apart = template.spec.topologySpreadConstraints;
    expect(apart.map(({ topologyKey }: Manifest) => topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
    for (const { labelSelector, whenUnsatisfiable } of apart) {
      expect(labelSelector).toEqual(selector);
      expect(whenUnsatisfiable).toBe('ScheduleAnyway');
    }
  });

  test('alone reach the vendor, and nobody reaches them but Prometheus', () => {
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    const all = policies.find(({ spec }) => Object.keys(spec.podSelector).length === 0)!;
    expect(all.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    const opens443 = policies.filter(({ spec }) =>
      JSON.stringify(spec.egress ?? []).includes('443'),
    );
    const own = find('Deployment', 'worker').spec.selector;
    expect(opens443.map(({ spec }) => spec.podSelector)).toEqual([own]);
    const ingress = policies.filter(
      ({ spec }) =>
        spec.ingress &&
        JSON.stringify(spec.podSelector) !==
          JSON.stringify({ matchLabels: { 'app.kubernetes.io/component': 'web' } }),
    );
    expect(ingress.flatMap(({ spec }) => spec.ingress).flatMap(({ ports }) => ports)).toEqual([
      { protocol: 'TCP', port: 9464 },
    ]);
  });
});

describe('the web', () => {
  test('is reached through an ingress with TLS, by the controller that the policy lets in', () => {
    const { spec, metadata } = find('Ingress', 'web');
    const [{ host, http }] = spec.rules;
    expect(spec.tls).toMatchObject([{ hosts: [host] }]);
    expect(http.paths[0].backend.service).toEqual({ name: 'web', port: { name: 'http' } });
    expect(find('Service', 'web').spec.ports).toMatchObject([{ name: 'http' }]);
    const [{ from }] = find('NetworkPolicy', 'web').spec.ingress;
    const namespace = from[0].namespaceSelector.matchLabels['kubernetes.io/metadata.name'];
    expect(namespace).toBe(`ingress-${spec.ingressClassName}`);
    const largest = metadata.annotations['nginx.ingress.kubernetes.io/proxy-body-size'];
    expect(Number.parseInt(largest, 10) * 2 ** 20).toBeGreaterThan(50_000_000);
  });

  test('never keeps a node from being drained', () => {
    const { selector, replicas } = find('Deployment', 'web').spec;
    expect(find('PodDisruptionBudget', 'web').spec).toEqual({ maxUnavailable: replicas, selector });
  });
});

/** Which key of the secret each variable of a pod gets, as the file that it names. */
function filesOf({ containers: [{ env, volumeMounts }], volumes }: Manifest) {
  const keys = new Map<string, string>();
  for (const { name, mountPath, readOnly } of volumeMounts) {
    const { secret } = volumes.find((volume: Manifest) => volume.name === name);
    if (!secret) continue;
    expect(readOnly, name).toBe(true);
    expect(secret.secretName).toBe('bulk-order');
    for (const { key, path } of secret.items) keys.set(`${mountPath}/${path}`, key);
  }
  return Object.fromEntries(
    env.map(({ name, value }: Manifest) => [name, keys.get(value) ?? `no file ${value}`]),
  );
}

/**
 * What the compiler says of the manifests as values of the published types: unlike the schemas, it
 * does not let a misspelt field pass.
 */
function compile(what: Manifest[]): string {
  const folder = temporaryFolder();
  const source = what.map((manifest, at) => {
    const type = `import('${packageOf(manifest)}').I${manifest.kind}`;
    return `export const manifest${at}: ${type} = ${JSON.stringify(manifest)};\n`;
  });
  writeFileSync(join(folder, 'manifests.ts'), source.join(''));
  const modules = join(ROOT, 'node_modules');
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'esnext',
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    paths: { '*': [join(modules, '*')] },
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['manifests.ts'] }),
  );
  try {
    execFileSync(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
