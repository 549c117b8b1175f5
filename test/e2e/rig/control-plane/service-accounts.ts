import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '../kubernetes/api-client.ts';

/** The key pair that signs ServiceAccount tokens. */
export function writeServiceAccountKey(folder: string): {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKeyFile = join(folder, 'service-account.key');
  const publicKeyFile = join(folder, 'service-account.pub');
  writeFileSync(privateKeyFile, privateKey, { mode: 0o600 });
  writeFileSync(publicKeyFile, publicKey);
  return { privateKeyFile, publicKeyFile };
}

/** A token of a ServiceAccount that exists, good for a day. */
export async function serviceAccountToken(api: ApiClient, namespace: string, name: string): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 24 * 60 * 60 },
  };
  const path = await api.pathOf(account, 'token');
  const { status } = await api.request<{ status: { token: string } }>('POST', path, 'application/json', request);
  return status.token;
}
