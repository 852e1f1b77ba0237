/** What Node says when nobody that it trusts has signed a certificate. */
const UNTRUSTED = new Set([
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * A sentence on what is wrong with the certificate of the server that `variable` names, and what to
 * do; null when the error's code is about something else.
 */
export function certificateFault(
  code: string | undefined,
  variable: 'DATABASE_URL' | 'REDIS_URL',
): string | null {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The server that ${variable} names shows a certificate for another name (${code}). Write the name that stands in the certificate.`;
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return `The certificate of the server that ${variable} names has expired (${code}). Renew it there, and look at this machine's clock.`;
  }
  if (code === undefined || !UNTRUSTED.has(code)) return null;
  return `The server that ${variable} names shows a certificate that nobody whom this program trusts has signed (${code}). Name the file with the certificate of whoever signed it at the end of ${variable}: ?sslrootcert=FILE.`;
}
