import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export type Container = { url: string; stop(): Promise<unknown> };

/** Asks the engine, not the client: that one is often installed where no engine runs. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    const question = ['version', '--format', '{{.Server.Version}}'];
    await promisify(execFile)('docker', question, { timeout: 2_000, killSignal: 'SIGKILL' });
    return true;
  } catch {
    return false;
  }
}

export async function postgresContainer(): Promise<Container> {
  // Only here: loading it takes most of a second, which few machines have a use for.
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(imageOf('postgres'))
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withCommand(['postgres', '-c', 'max_connections=200'])
    .withExposedPorts(5432)
    // Twice: the image starts it a first time, for itself, to set it up.
    .withWaitStrategy(Wait.forLogMessage('ready to accept connections', 2))
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(5432)}`;
  return { url: `postgres://postgres@${address}/postgres`, stop: () => container.stop() };
}

export async function redisContainer(): Promise<Container> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(imageOf('redis'))
    .withCommand(['redis-server', '--databases', '64', '--maxmemory-policy', 'noeviction'])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(6379)}`;
  return { url: `redis://${address}`, stop: () => container.stop() };
}

/** Tests run on what docker-compose.yml runs: it is the one place that names the versions. */
function imageOf(name: 'postgres' | 'redis'): string {
  const compose = readFileSync(`${import.meta.dirname}/../../docker-compose.yml`, 'utf8');
  const image = compose.match(new RegExp(`^\\s*image: (${name}:\\S+)`, 'm'))?.[1];
  if (!image) throw new Error(`docker-compose.yml names no image of ${name}.`);
  return image;
}
