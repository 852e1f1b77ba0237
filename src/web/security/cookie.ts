import type { FastifyReply, FastifyRequest } from 'fastify';

/** With TLS a name that no other host and no page without TLS can set. */
const SECURE_NAME = '__Host-bulk-order';
const NAME = 'bulk-order';

/** The session that the browser has; undefined for none. */
export function sessionOf({ headers }: FastifyRequest): string | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((each) => each.trim());
  const named = (name: string) =>
    cookies.findLast((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  return named(SECURE_NAME) ?? named(NAME);
}

/** Gives the browser a session, which lasts until the browser is closed. */
export function giveSession(request: FastifyRequest, reply: FastifyReply, value: string): void {
  const [name, secure] = isSecure(request) ? [SECURE_NAME, '; Secure'] : [NAME, ''];
  reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`);
}

/** Takes the session away, whatever name it has. */
export function takeSession(reply: FastifyReply): void {
  const gone = 'Path=/; HttpOnly; SameSite=Lax; Max-Age=0';
  reply.header('set-cookie', [`${SECURE_NAME}=; Secure; ${gone}`, `${NAME}=; ${gone}`]);
}

/**
 * Whether the browser came by TLS, which ends at a proxy. The browser itself says so in `Origin`,
 * which it sends with every form; the proxy may, too. A client that lies spoils its own cookie.
 */
function isSecure({ headers }: FastifyRequest): boolean {
  const proxied = String(headers['x-forwarded-proto'] ?? '')
    .split(',')[0]!
    .trim();
  return proxied === 'https' || (headers.origin ?? '').startsWith('https://');
}
