/**
 * An error's name for people, from its `code` or `name` only. Messages and causes may hold the
 * keys: they quote the whole URL, or the vendor's bytes, in which the vendor may repeat our query.
 */
export function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as Record<string, unknown>;
  // A DOMException's code is a number (20, 23), and undici's HTTPParserError has none.
  const title = [code, name].find(isTitle);
  if (title === undefined) return 'an error without a name';
  const words = WORDS[title];
  return words === undefined ? title : `${words} (${title})`;
}

/** One word, never a sentence. OpenSSL's words have a slash: ERR_SSL_SSL/TLS_ALERT_…. */
function isTitle(value: unknown): value is string {
  return typeof value === 'string' && /^[\w/]{1,80}$/.test(value);
}

/** For people only: an error's code proves nothing. */
const WORDS: Record<string, string> = {
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'connecting took too long',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_CLOSED: 'this program was closing',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer was too long',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer were too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer did not have the length it announced',
  HTTPParserError: 'the answer was not HTTP',
  TimeoutError: 'the answer took too long',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not trusted',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};
