import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * For tests only: a self-signed certificate for the name localhost (not for 127.0.0.1), valid for a
 * hundred years, and its key, which protects nothing.
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUUFacFUDThuw4XaU5QIhpKepr0gAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA3MzMwN1oYDzIxMjYxMDMw
MDczMzA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQoESkJifQGtWj1ucTC5cQ6+h2Q2HgazWIDghKn1e98VY65rYDHYhq+
iRff+Q5BCrbO/YyQLJ7giPthxo/NVXSho2kwZzAdBgNVHQ4EFgQUHYPkCvoUVanM
RYec3bJ7NFtbiGswHwYDVR0jBBgwFoAUHYPkCvoUVanMRYec3bJ7NFtbiGswDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAK6xwa4I4RkwtRi8URjgGUA1gVLVyMSAKa7R8zSXj2cFAiA0D5NMZ43J
zZBN8vqo9+8Jaa+vMFEKX1FTZCQAt16aEQ==
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPm9bGLJtlHm/4jaS
Q3+fpm7sx6g+eulmoqut/4InaSmhRANCAAQoESkJifQGtWj1ucTC5cQ6+h2Q2Hga
zWIDghKn1e98VY65rYDHYhq+iRff+Q5BCrbO/YyQLJ7giPthxo/NVXSh
-----END PRIVATE KEY-----
`;

export type Certificate = { certificate: string; privateKey: string };

/**
 * Writes a certificate and its key where a server reads them, who may be another user. Returns the
 * paths of both; that of the certificate is what its clients are to trust.
 */
export function keepCertificate(
  texts: Certificate,
  folder: string,
  owner?: { uid: number; gid: number },
): Certificate {
  const paths = { certificate: join(folder, 'server.crt'), privateKey: join(folder, 'server.key') };
  for (const name of ['certificate', 'privateKey'] as const) {
    // PostgreSQL takes no key that others may read.
    writeFileSync(paths[name], texts[name], { mode: 0o600 });
    if (owner) chownSync(paths[name], owner.uid, owner.gid);
  }
  return paths;
}
