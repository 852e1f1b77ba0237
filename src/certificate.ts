/** Node's codes for a certificate that no authority it trusts has signed. */
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
 * What is wrong with the certificate of the server in `variable`, and what to do. Null when the
 * error's code is not about a certificate.
 */
export function certificateFault(
  code: string | undefined,
  variable: 'DATABASE_URL' | 'REDIS_URL',
): string | null {
  const server = `The server in ${variable}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return (
      `${server} has a certificate for another name (${code}). ` +
      'Use the name that is in the certificate.'
    );
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return (
      `${server} has a certificate that has expired (${code}). ` +
      'Renew it there, and check the clock of this machine.'
    );
  }
  if (code === undefined || !UNTRUSTED.has(code)) return null;
  return (
    `${server} has a certificate signed by an authority that this program does not trust ` +
    `(${code}). Name a file with the authority's certificate at the end of ${variable}: ` +
    '?sslrootcert=FILE, or &sslrootcert=FILE after another setting.'
  );
}
