import { accessSync, constants } from 'node:fs';

type HostPort = { host: string; port: number };

export type RedisAddress = {
  /** One server, the nodes of a cluster, or sentinels that know where this primary is. */
  kind: 'server' | 'cluster' | 'sentinel';
  /** At least one. */
  servers: HostPort[];
  primary: string;
  db: number;
  username: string;
  password: string;
  /** The certificate of the servers' authority; null: the authorities that Node trusts. */
  tls: { caFile: string | null } | null;
};

const FORM = new RegExp(
  String.raw`^(?<secure>redis|rediss)(?:\+(?<kind>cluster|sentinel))?://` +
    '(?:(?<user>[^/?#]*)@)?(?<hosts>[^@/?#]+)' +
    String.raw`(?:/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$`,
  'i',
);

/**
 * Reads a REDIS_URL: `redis://HOST`, `redis+cluster://HOST,HOST` or
 * `redis+sentinel://HOST,HOST/NAME`, each with `rediss` for TLS. A fault is a sentence without
 * the address, which may hold a password.
 */
export function readRedisUrl(url: string): RedisAddress | { fault: string } {
  if (!/^rediss?(\+(cluster|sentinel))?:\/\//i.test(url)) {
    return fault(
      'is not an address that begins with redis:// or ' +
        'rediss://, redis+cluster:// or redis+sentinel://.',
    );
  }
  const parts = FORM.exec(url)?.groups;
  const servers = parts?.hosts?.split(',').map((host) => serverOf(host, parts.kind));
  const user = parts && userOf(parts.user ?? '');
  if (!parts || !user || !servers?.every((server) => server !== undefined)) {
    return fault(
      'is not an address that can be read. A special character in its user or password ' +
        'must be written percent-encoded: %25 for %, %2F for /, %23 for #.',
    );
  }
  const kind = (parts.kind?.toLowerCase() ?? 'server') as RedisAddress['kind'];
  if (kind === 'server' && servers.length > 1) {
    return fault('names several servers: begin it with redis+cluster:// or redis+sentinel://.');
  }
  const [primary = '', db = ''] =
    kind === 'sentinel' ? (parts.path ?? '').split('/') : ['', parts.path];
  if (kind === 'sentinel' && primary === '') {
    return fault(
      'must name the primary that the sentinels watch: redis+sentinel://HOST,HOST/NAME.',
    );
  }
  if (!/^\d*$/.test(db)) {
    return fault('must end with the number of a database, such as /0, or with none.');
  }
  if (kind === 'cluster' && Number(db) > 0) {
    return fault('must end with no number of a database: a cluster has only one.');
  }
  const isSecure = parts.secure?.toLowerCase() === 'rediss';
  const caFile = new URLSearchParams(parts.query).get('sslrootcert');
  const wrong = caFile === null ? null : faultOfFile(caFile, isSecure);
  if (wrong) return fault(wrong);
  return { kind, servers, primary, db: Number(db), ...user, tls: isSecure ? { caFile } : null };
}

const fault = (what: string) => ({ fault: `REDIS_URL ${what}` });

function serverOf(text: string, kind: string | undefined): HostPort | undefined {
  if (!URL.canParse(`redis://${text}`)) return undefined;
  const { hostname, port } = new URL(`redis://${text}`);
  if (hostname === '') return undefined;
  const usual = kind?.toLowerCase() === 'sentinel' ? 26_379 : 6_379;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || usual) };
}

function userOf(text: string): { username: string; password: string } | undefined {
  const [username = '', ...password] = text.split(':');
  try {
    return {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password.join(':')),
    };
  } catch {
    return undefined;
  }
}

function faultOfFile(path: string, isSecure: boolean): string | null {
  if (!isSecure) return 'has an sslrootcert, which works only with rediss://.';
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `names a file as sslrootcert that cannot be read (${code}).`;
  }
}

/** What must never be shown of it. */
export function redisPasswords(url: string | undefined): string[] {
  const address = url ? readRedisUrl(url) : undefined;
  return address && 'password' in address && address.password !== '' ? [address.password] : [];
}
